import type { Compass, Crop, Fit, Format, FormatName, Gravity } from './index.js';

export type { Compass, Crop, Fit, Format, FormatName, Gravity };

/** What a URL asks of the service. The names are those of `edgepix`’s options; the URL has the short ones. */
export interface UrlOptions {
  /**
   * Width of the box to fit into, in CSS pixels: a whole number, at least 1; `pixels` rounds. Default: from `height`, by the
   * aspect ratio.
   */
  width?: number;
  /** Height of the box, as `width`. Default: from `width`, by the aspect ratio. */
  height?: number;
  /** Device pixels per CSS pixel, 1 … 4. Default 1. */
  dpr?: number;
  /** How the image meets the box. Default `'inside'`. */
  fit?: Fit;
  /** Whether a small image is sampled up to the box. Default `false`. */
  enlarge?: boolean;
  /** Which part `cover` keeps, and where `contain` places the image. Default `'center'`. */
  gravity?: Gravity;
  /** The part of the source to use: after EXIF orientation, before `rotate` and `flip`. */
  crop?: Crop;
  /** Clockwise rotation in degrees, before `flip`. */
  rotate?: 90 | 180 | 270;
  /** Mirroring: left and right, top and bottom, both. */
  flip?: 'h' | 'v' | 'hv';
  /** `RGB`, `RRGGBB` or `RRGGBBAA` in hexadecimal, without `#`. */
  background?: string;
  /** Output format. Default `'auto'`: what the browser accepts. */
  format?: FormatName | 'auto';
  /** Quality of lossy encoders, 1 … 100. Default: the service’s own. With `format: 'png'`: a palette of at most 256 colours. */
  quality?: number;
  /** How long encoders look for a smaller file of the same quality. Default `'balanced'`. */
  effort?: 'fast' | 'balanced' | 'small';
  /** Lossless coding, for WebP. */
  lossless?: boolean;
  /** Which metadata the output keeps. Default `'none'`. */
  metadata?: 'none' | 'copyright' | 'all';
  /** Colour space of the result: sRGB, or the source’s RGB space with its profile. Default `'srgb'`. */
  profile?: 'srgb' | 'keep';
  /** The frame of an animation to use, from 0. */
  frame?: number;
  /** Presets of the service, with commas between; the other options win over them where it lets them. */
  preset?: string;
  /** Anything: makes another cache entry, and nothing else. */
  version?: string | number;
}

/** The candidates of a `srcset`: widths in pixels, or densities of the one size that is given. */
export interface Candidates {
  /** Widths in pixels, whole numbers. The ratio of `width` and `height` holds at each of them, where both are given. */
  widths?: readonly number[];
  /** Densities, 1 … 4, where there are no `widths`. Default `[1, 2]`. */
  densities?: readonly number[];
}

/** Attributes of an `<img>`. */
export interface ImgAttributes {
  src: string;
  srcset?: string;
  sizes?: string;
  /** Given where the options name both sides. */
  width?: number;
  height?: number;
}

/** Attributes of a `<source>`. */
export interface SourceAttributes {
  type: string;
  srcset: string;
  sizes?: string;
}

/**
 * The URL under which a service answers an image.
 *
 * @throws {TypeError} where an option is unknown, or a side is no whole number.
 * @param base where the service is: `https://img.example.com`, or `''` for the page’s own host
 * @param src a path on the service’s origin, or an absolute URL that it allows
 */
export function url(base: string, src: string, options?: UrlOptions): string;

/** The URL under which a service answers an image’s facts as JSON. */
export function infoUrl(base: string, src: string, options?: Pick<UrlOptions, 'version'>): string;

/** A `srcset`. */
export function srcset(base: string, src: string, options?: UrlOptions & Candidates): string;

/**
 * A `sizes`: `sizes(['(min-width: 60em)', '50vw'], '100vw')`.
 *
 * @param list media conditions with their lengths, the first that holds decides; the last is a length alone
 */
export function sizes(...list: (readonly [condition: string, length: string] | string)[]): string;

/** Attributes of an `<img>`; with `widths`, `sizes` is `100vw` unless it is given. */
export function img(base: string, src: string, options?: UrlOptions & Candidates & { sizes?: string }): ImgAttributes;

/**
 * Attributes of a `<picture>`, which needs no `Accept` header to be understood by caches in between: a `<source>` for
 * each of `formats` (default WebP), and an `<img>` of `format` (default JPEG) for who knows none of them.
 */
export function picture(
  base: string,
  src: string,
  options?: UrlOptions & Candidates & { sizes?: string; formats?: readonly FormatName[] },
): { sources: SourceAttributes[]; img: ImgAttributes };

/**
 * The URL with the signature that a service with this key demands. For back ends and builds: whoever has the key can sign.
 * Needs WebCrypto.
 *
 * @throws {TypeError} where the key is none, {URIError} where the URL is not percent-encoded UTF-8.
 * @param url what `url` and `infoUrl` give
 * @param key `name:secret`, the secret in hexadecimal
 */
export function sign(
  url: string,
  key: string,
  options?: {
    /** When the URL ends: a date, or seconds since 1970. Default: never. */
    expires?: Date | number;
  },
): Promise<string>;

/** A loader for Next’s `<Image>`: the default export of the file that `images.loaderFile` names. */
export function nextLoader(
  base: string,
  options?: UrlOptions,
): (image: { src: string; width: number; quality?: number }) => string;

/** A transformer for the `<Image>` of unpic’s `base` entries. */
export function unpicTransformer(
  base: string,
  options?: UrlOptions,
): (
  src: string | URL,
  operations: { width?: number | string; height?: number | string; format?: string; quality?: number | string },
) => string;

/** A length in CSS pixels as device pixels: rounded half up, at least 1, as the service rounds. */
export function pixels(css: number, dpr?: number): number;
