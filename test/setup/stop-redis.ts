const stopRedis = async (): Promise<void> => {
  await globalThis.stepgateTestRedis?.stop();
};

// Jest takes the default export of a global tear-down.
export default stopRedis;
