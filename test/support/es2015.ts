import { type Context, runInContext } from 'node:vm';

/** The library of ES2015, by object. All members of objects that are not listed are allowed. */
const library: Record<string, string> = {
  Object: `assign create defineProperties defineProperty freeze getOwnPropertyDescriptor getOwnPropertyNames getOwnPropertySymbols
    getPrototypeOf is isExtensible isFrozen isSealed keys preventExtensions seal setPrototypeOf`,
  Array: 'from isArray of',
  'Array.prototype': `concat copyWithin entries every fill filter find findIndex forEach indexOf join keys lastIndexOf map pop push reduce
    reduceRight reverse shift slice some sort splice toLocaleString toString unshift values`,
  String: 'fromCharCode fromCodePoint raw',
  'String.prototype': `charAt charCodeAt codePointAt concat endsWith includes indexOf lastIndexOf localeCompare match normalize repeat
    replace search slice split startsWith substr substring toLocaleLowerCase toLocaleUpperCase toLowerCase toString toUpperCase trim valueOf`,
  Number: `EPSILON MAX_SAFE_INTEGER MAX_VALUE MIN_SAFE_INTEGER MIN_VALUE NEGATIVE_INFINITY NaN POSITIVE_INFINITY isFinite isInteger isNaN
    isSafeInteger parseFloat parseInt`,
  'RegExp.prototype': 'exec flags global ignoreCase multiline source sticky test toString unicode compile',
  Symbol: 'for hasInstance isConcatSpreadable iterator keyFor match replace search species split toPrimitive toStringTag unscopables',
  'Symbol.prototype': 'toString valueOf',
  Promise: 'all race reject resolve',
  'Promise.prototype': 'catch then',
  Map: '',
  'Map.prototype': 'clear delete entries forEach get has keys set size values',
  Set: '',
  'Set.prototype': 'add clear delete entries forEach has keys size values',
  JSON: 'parse stringify',
  Reflect: `apply construct defineProperty deleteProperty get getOwnPropertyDescriptor getPrototypeOf has isExtensible ownKeys
    preventExtensions set setPrototypeOf`,
  Error: '',
};
const everywhere = ['length', 'name', 'prototype', 'constructor', 'arguments', 'caller'];
/** Globals of later editions. */
const later = `globalThis BigInt BigInt64Array BigUint64Array Atomics SharedArrayBuffer WeakRef FinalizationRegistry AggregateError
  Iterator AsyncDisposableStack DisposableStack SuppressedError Float16Array Intl WebAssembly`;

/** Removes everything later than ES2015 from a runtime, as in the oldest hosts. */
export function leaveEs2015(context: Context): void {
  const words = (text: string) => text.split(/\s+/).filter(Boolean);
  for (const [holder, names] of Object.entries(library)) {
    const known = JSON.stringify([...words(names), ...everywhere]);
    runInContext(`Object.getOwnPropertyNames(${holder}).forEach((name) => ${known}.indexOf(name) >= 0 || delete ${holder}[name])`, context);
  }
  for (const name of words(later)) runInContext(`delete this.${name}`, context);
}
