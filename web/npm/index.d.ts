/** Formats that are written. */
export type Format = 'jpeg' | 'png' | 'webp' | 'gif';

/** What a format may be called where one is asked for: by its name, or a usual other one. */
export type FormatName = Format | 'jpg';

/** How an image meets the box of `width` × `height`. The words are sharp's. */
export type Fit =
  /** The largest size that is inside the box; keeps the aspect ratio. */
  | 'inside'
  /** The smallest size that covers the box, without cropping; keeps the aspect ratio. */
  | 'outside'
  /** Covers the box and crops what stands out. */
  | 'cover'
  /** Inside the box, on a canvas of the box’s size. */
  | 'contain'
  /** Exactly the box; the aspect ratio may change. */
  | 'fill';

/** A place of the compass. */
export type Compass =
  | 'center' | 'north' | 'northeast' | 'east' | 'southeast' | 'south' | 'southwest' | 'west' | 'northwest';

/** Which part of an image matters: a place, or a focal point as shares of width and height, 0 … 1. */
export type Gravity = Compass | { x: number; y: number } | `${number},${number}`;

/** A length along one side of the source: pixels, or per cent with a `p` behind (`'10p'`). */
export type Length = number | `${number}p`;

/** A rectangle of the source; what stands out of the image is cut off. */
export type Crop =
  | { x: Length; y: Length; width: Length; height: Length }
  | `${Length},${Length},${Length},${Length}`;

/** What to do with an image. The default changes nothing but the encoding. */
export interface Options {
  /**
   * Width of the box to fit into, in CSS pixels: a whole number, at least 1. Default: from `height`, by the aspect ratio.
   * Round where you compute it (`Math.round`): another number is an error.
   */
  width?: number;
  /** Height of the box, as `width`. Default: from `width`, by the aspect ratio. */
  height?: number;
  /** Device pixels per CSS pixel, 1 … 4; multiplies `width` and `height`. Default 1. */
  dpr?: number;
  /** How the image meets the box. Default `'inside'`. */
  fit?: Fit;
  /** Whether a small image is sampled up to the box. Default `false`. */
  enlarge?: boolean;
  /** Which part `cover` keeps, and where `contain` places the image. Default `'center'`. */
  gravity?: Gravity;
  /** The part of the source to use: after EXIF orientation, before `rotate` and `flip`. Default: all of it. */
  crop?: Crop;
  /** Clockwise rotation in degrees, before `flip`. Default: none. */
  rotate?: 90 | 180 | 270;
  /** Mirroring: left and right, top and bottom, both. Default: none. */
  flip?: 'h' | 'v' | 'hv';
  /**
   * What shows through transparency, and the canvas of `contain`: `RGB`, `RRGGBB` or `RRGGBBAA` in hexadecimal, without
   * `#`. Default: transparent, or white where the format has no alpha.
   */
  background?: string;
  /** Output format. Default: the source’s own. */
  format?: FormatName;
  /** Quality of lossy encoders, 1 … 100. Default: JPEG 80, WebP 80. With `format: 'png'`: a palette of at most 256 colours. */
  quality?: number;
  /** How long encoders look for a smaller file of the same quality. Default `'balanced'`. */
  effort?: 'fast' | 'balanced' | 'small';
  /** Lossless coding, for WebP. Default `false`. */
  lossless?: boolean;
  /** Which metadata the output keeps. Default `'none'`. The colour profile is not part of it: see `profile`. */
  metadata?: 'none' | 'copyright' | 'all';
  /** Colour space of the result: sRGB, or the source’s RGB space with its profile. Default `'srgb'`. */
  profile?: 'srgb' | 'keep';
  /** The frame of an animation to use, from 0. An animated source without it is an error. */
  frame?: number;
  /** What the job may cost. */
  limits?: Limits;
}

/** Upper bounds of a job, checked before a pixel is decoded. */
export interface Limits {
  /** Bytes of the source. Default 32 MiB. */
  sourceBytes?: number;
  /** Pixels of the source, width × height. Default 120 million. */
  sourcePixels?: number;
  /** Pixels along either side of the output. Default 8192. */
  outputSide?: number;
  /** Pixels of the output, of all its frames together. Default 50 million. */
  outputPixels?: number;
  /** Frames of an animation. Default 1000. */
  frames?: number;
  /** Pixels of the frames of an animation that the job decodes. Default 250 million. */
  animationPixels?: number;
  /** Bytes of memory that the job may plan for, beside the source’s own. Default 256 MiB. */
  memory?: number;
  /** WebAssembly instructions that the job may plan for, as estimated beforehand. Default 200 thousand million. */
  work?: number;
}

/** Anything that holds an image’s bytes, or the promise of it, as `fetch()` gives. */
export type Input = Source | PromiseLike<Source>;

/**
 * Anything that holds an image’s bytes.
 *
 * - Of a `Response` or `Request` it is the body: `resize(fetch(address))`, or a request that a server was sent.
 * - Streams are those of the web and of Node, and anything else that gives bytes part by part.
 * - In Node a text is the path of a file, and a `URL` may be a `file:` one. Elsewhere, and for other addresses, both are an
 *   error, which says to fetch first.
 */
export type Source =
  | Blob | Response | Request | ReadableStream<Uint8Array> | AsyncIterable<Uint8Array>
  | ArrayBufferLike | ArrayBufferView | string | URL;

/** How a job is followed and stopped. */
export interface Control {
  /**
   * Stops the job: the promise is rejected with the signal’s reason. Where a job runs on the thread that calls, nothing else
   * happens meanwhile that could abort it but `onProgress`.
   */
  signal?: AbortSignal;
  /** Is called with the share of the work that is done, 0 … 1, at most once per cent. What it throws stops the job. */
  onProgress?: (share: number) => void;
}

/** A finished image. */
export interface Picture {
  /** The encoded file. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Its media type. */
  readonly type: `image/${Format}`;
  /** Its format. */
  readonly format: Format;
  /** The usual ending of its file’s name, without the dot: `jpg`, `png`, `webp` or `gif`. */
  readonly extension: string;
  /** Width in pixels. */
  readonly width: number;
  /** Height in pixels. */
  readonly height: number;
  /** Metadata that was asked for and had to be left out: GIF carries none, JPEG no EXIF data of more than 64 KiB. */
  readonly dropped: readonly ('exif' | 'xmp' | 'icc')[];
  /** The file as a `Blob` of its media type. */
  blob(): Blob;
  /**
   * The file as a `File`, to send in a form or to save: `picture.file('holiday.heic')` is called `holiday.webp` where the picture
   * is a WebP.
   *
   * @param name the name; its ending, if it is an image’s, is replaced by that of the picture. Default `image`.
   */
  file(name?: string): File;
}

/** What an image’s headers say. */
export interface Metadata {
  /** Width in pixels, after orientation. */
  width: number;
  /** Height in pixels, after orientation. */
  height: number;
  /** Format, as the bytes have it. */
  format: Format;
  /** Length of the file in bytes. */
  sizeBytes: number;
  /** EXIF’s orientation, already applied to `width` and `height`. */
  orientation: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;
  /** Frames of an animation; 1 for a still. */
  frames: number;
  /** Whether the header announces transparency. */
  hasAlpha: boolean;
  /** Bits per channel as stored, 1 … 16. */
  bitDepth: number;
  /** Description of the embedded colour profile, or `ICC` where it has none that can be read. Of a PNG without one, its chunk
   *  `cICP` or `gAMA` and what it says. */
  profile: string | undefined;
  /** Why `profile` is ignored, where it is; pixels are then taken for sRGB. */
  profileIgnored: 'damaged' | 'other-channels' | 'unsupported' | undefined;
  /** Whether the file is progressive (JPEG) or interlaced (PNG, GIF). */
  progressive: boolean;
}

/** The kinds of errors, the same on every Edgepix host. */
export type Code =
  /** The input or an option is unknown or out of range. */
  | 'invalid-parameter'
  /** An option or value that is part of the vocabulary but not built yet. */
  | 'unsupported'
  /** The source is not an image, or not of a kind that is read. */
  | 'unsupported-source'
  /** The source is an image but its data is broken. */
  | 'damaged-source'
  /** The source, the output or the plan is larger than a limit. */
  | 'too-large'
  /** The source is a `Response` of the status 401, 403, 404 or 410, or a file that is not there. */
  | 'source-not-found'
  /** The source is a `Response` of another status that is no success. */
  | 'origin-failed'
  /** A defect, or no memory left; `cause` tells more. */
  | 'internal';

/** What went wrong. */
export class EdgepixError extends Error {
  readonly name: 'EdgepixError';
  /** The kind. */
  readonly code: Code;
  /**
   * The option concerned, or the limit: `source-bytes`, `source-pixels`, `output-side`, `output-pixels`, `frames`,
   * `animation-pixels`, `memory` or `work`.
   */
  readonly parameter?: string;
  /** The values that the option may have, in words. */
  readonly allowed?: string;
  /** The limit that was passed, in its own unit. */
  readonly limit?: number;
  /** What the job would need, in the limit’s unit. */
  readonly actual?: number;
}

/**
 * Decodes, crops, resizes, turns and encodes an image.
 *
 * The work is done on the thread that calls; a browser’s page stays responsive with `createWorker` of `edgepix/worker`.
 *
 * @throws {EdgepixError}
 */
export function resize(input: Input, options?: Options, control?: Control): Promise<Picture>;

/**
 * Encodes an image in another format: `resize` with `format` named.
 *
 * @throws {EdgepixError}
 */
export function convert(
  input: Input,
  format: FormatName,
  options?: Omit<Options, 'format'>,
  control?: Control,
): Promise<Picture>;

/**
 * Reads an image’s headers, without decoding a pixel.
 *
 * @throws {EdgepixError}
 */
export function metadata(
  input: Input,
  options?: Pick<Options, 'limits'>,
  control?: Pick<Control, 'signal'>,
): Promise<Metadata>;

/**
 * Where the compiled core may come from: an address (in Node a path too), a response, its bytes, the module itself, or the promise
 * of one of these.
 */
export type Wasm = WasmSource | PromiseLike<WasmSource>;

type WasmSource = string | URL | Response | ArrayBuffer | ArrayBufferView | Module;

/** `WebAssembly.Module`, where the types of the platform have it. */
type Module = typeof globalThis extends { WebAssembly: { Module: { prototype: infer M } } } ? M : never;

/**
 * Loads the compiled core, which the first call does where this did not. To be called beforehand, so that the first image does
 * not wait, or to name another place: where a bundler has put `edgepix/edgepix.wasm`, or `edgepix/edgepix-plain.wasm` for engines
 * without SIMD. Once it is loaded nothing happens any more.
 */
export function load(wasm?: Wasm): Promise<void>;
