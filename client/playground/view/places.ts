import type { Device } from '../platforms.ts';

/** The id of the part of the page with everything that a story moves. */
export const stage = 'stage';

/** The id of a device's place on the page. */
export const placeOf = (device: Device): string => `place-${device}`;
