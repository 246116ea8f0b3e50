import express from 'express';

/**
 * Reads a body, which is far below this limit in every operation. What is compressed is refused unread: no client compresses so little,
 * and what comes out may be anything.
 */
export const readJson = express.json({ limit: '64kb', inflate: false });
