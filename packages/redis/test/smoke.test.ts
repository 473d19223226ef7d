it('x', () => { console.log(process.env['STEPGATE_TEST_REDIS_URL']); expect(1).toBe(1); });
