/** Cost of argon2id as in OWASP's Password Storage Cheat Sheet and the library's defaults. `memoryCost` is in KiB. */
export const owaspCost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
