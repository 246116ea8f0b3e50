import { hash } from 'node:crypto';
import { takeRandomBytes } from '../random.ts';

/** 256 random bits, for whoever is to carry them. They are not kept: only their hash is. */
export const newToken = () => takeRandomBytes(32).toString('base64url');

export const hashToken = (token: string) => hash('sha256', token, 'base64url');
