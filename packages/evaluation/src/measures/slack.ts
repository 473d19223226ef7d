/** Of a share of a whole: 0.29 of 100 must be 29, which floating point denies. */
export const slack = 1e-9;
