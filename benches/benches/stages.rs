//! The pipeline's stages and the whole, each beside a peer.

use std::hint::black_box;
use std::time::Duration;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use edgepix_benches::{page_width, photos, read};
use edgepix_core::stages::{self, Picture};
use edgepix_core::{Format, Limits, Transform};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};

fn metadata(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("metadata");
    for photo in photos() {
        group.bench_function(photo.name, |bencher| {
            bencher.iter(|| edgepix_core::metadata(black_box(&photo.bytes)))
        });
    }
}

fn decode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    for photo in photos() {
        group.throughput(Throughput::Bytes(photo.bytes.len() as u64));
        for eighths in [8, 4, 3, 2, 1] {
            let id = BenchmarkId::new(format!("jpeg {eighths}/8"), photo.name);
            group.bench_function(id, |bencher| {
                bencher.iter(|| stages::decode(&photo.bytes, eighths, |row| _ = black_box(row)).unwrap());
            });
        }
        group.bench_function(BenchmarkId::new("jpeg 1/1 image", photo.name), |bencher| {
            bencher.iter(|| image::load_from_memory(&photo.bytes).unwrap());
        });
    }
    for (name, path) in [
        ("png 1 MP", "photos/gradient-1mp.png"),
        ("webp lossy 1 MP", "photos/brushes-1mp.webp"),
        ("webp lossless 1 MP", "photos/gradient-1mp-lossless.webp"),
        ("gif 1 MP", "photos/fig-1mp.gif"),
    ] {
        let bytes = read(path);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| stages::decode(&bytes, 8, |row| _ = black_box(row)).unwrap());
        });
    }
}

fn resize(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resize 3 MP to 800 px");
    for (name, channels, pixel) in
        [("grey", 1, PixelType::U8), ("rgb", 3, PixelType::U8x3), ("rgba", 4, PixelType::U8x4)]
    {
        let samples: Vec<u8> = (0..2000 * 1500 * channels).map(|i| (i * 7 % 251) as u8).collect();
        let picture = Picture::new(2000, 1500, samples.clone());
        group.bench_function(name, |bencher| bencher.iter(|| stages::resize(&picture, 800, 600).unwrap()));
        group.bench_function(format!("{name} fast_image_resize"), |bencher| {
            let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
            let source = ImageRef::new(2000, 1500, &samples, pixel).unwrap();
            bencher.iter(|| {
                let mut target = Image::new(800, 600, pixel);
                Resizer::new().resize(&source, &mut target, &options).unwrap();
                target
            });
        });
    }
}

fn encode(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encode 800 px");
    let source =
        edgepix_core::transform(&photos()[1].bytes, &page_width(Format::Png), &Limits::default()).unwrap();
    let rgb = image::load_from_memory(&source.bytes).unwrap().into_rgb8();
    let (width, height) = rgb.dimensions();
    let picture = Picture::new(width, height, rgb.as_raw().clone());
    for format in Format::outputs() {
        let options = Transform::builder().format(format).build().unwrap();
        group.bench_function(format.name(), |bencher| {
            bencher.iter(|| stages::encode(picture.clone(), &options).unwrap());
        });
    }
    let lossless = Transform::builder().format(Format::Webp).lossless(true).build().unwrap();
    group.bench_function("webp lossless", |bencher| {
        bencher.iter(|| stages::encode(picture.clone(), &lossless).unwrap());
    });
    group.bench_function("webp libwebp", |bencher| {
        bencher.iter(|| webp::Encoder::from_rgb(&rgb, width, height).encode(80.0));
    });
}

fn whole(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("whole to 800 px");
    for photo in photos() {
        for format in [Format::Jpeg, Format::Webp, Format::Png] {
            let options = page_width(format);
            group.bench_function(BenchmarkId::new(format.name(), photo.name), |bencher| {
                bencher.iter(|| edgepix_core::transform(&photo.bytes, &options, &Limits::default()).unwrap());
            });
        }
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(3));
    targets = metadata, decode, resize, encode, whole
}
criterion_main!(benches);
