const kills = new Set<() => void>();

/** A scenario that is stopped for its time never reaches its own clean-up: its processes end with this one. */
process.once('exit', () => {
  for (const kill of kills) kill();
});

/** @returns to be called once it is gone. */
export const killAtExit = (kill: () => void): (() => void) => {
  kills.add(kill);
  return () => void kills.delete(kill);
};
