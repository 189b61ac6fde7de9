use super::*;
use crate::{Gravity, Rotate};

fn transform(query: &[(&str, &str)]) -> Transform {
    let mut transform = Transform::default();
    for &(name, value) in query {
        match name {
            "w" => transform.width = value.parse().ok(),
            "h" => transform.height = value.parse().ok(),
            "dpr" => transform.dpr = value.parse().unwrap(),
            "fit" => transform.fit = value.parse().unwrap(),
            "enlarge" => transform.enlarge = value == "1",
            "gravity" => transform.gravity = value.parse().unwrap(),
            "crop" => transform.crop = value.parse().ok(),
            "rotate" => transform.rotate = value.parse().unwrap(),
            other => panic!("{other}"),
        }
    }
    transform
}

/// Names and values of a query.
type Query = &'static [(&'static str, &'static str)];

#[test]
fn sizes() {
    let cases: [(Query, (u64, u64)); 20] = [
        (&[], (1000, 600)),
        (&[("w", "500")], (500, 300)),
        (&[("h", "333")], (555, 333)),
        (&[("w", "3")], (3, 2)),
        (&[("w", "2000")], (1000, 600)),
        (&[("w", "2000"), ("enlarge", "1")], (2000, 1200)),
        (&[("w", "100"), ("dpr", "2.5")], (250, 150)),
        (&[("w", "300"), ("h", "300")], (300, 180)),
        (&[("w", "300"), ("h", "300"), ("fit", "outside")], (500, 300)),
        (&[("w", "300"), ("h", "300"), ("fit", "cover")], (300, 300)),
        (&[("w", "300"), ("h", "300"), ("fit", "contain")], (300, 300)),
        (&[("w", "300"), ("h", "300"), ("fit", "fill")], (300, 300)),
        // Too large a box: the ratio of `cover`, the canvas of `contain`, each side of `fill` by itself.
        (&[("w", "2000"), ("h", "1000"), ("fit", "cover")], (1000, 500)),
        (&[("w", "2000"), ("h", "10"), ("fit", "cover")], (1000, 5)),
        (&[("w", "2000"), ("h", "1000"), ("fit", "contain")], (2000, 1000)),
        (&[("w", "2000"), ("h", "100"), ("fit", "fill")], (1000, 100)),
        (&[("w", "2000"), ("h", "900"), ("fit", "outside")], (1000, 600)),
        (&[("crop", "100,100,200,50"), ("w", "100")], (100, 25)),
        (&[("crop", "90p,0,50p,100p")], (100, 600)),
        (&[("rotate", "90"), ("w", "300")], (300, 500)),
    ];
    for (query, expected) in cases {
        assert_eq!(output_size(1000, 600, &transform(query)).unwrap(), expected, "{query:?}");
    }
    assert!(output_size(1000, 600, &transform(&[("crop", "1000,0,1,1")])).is_err());
    assert_eq!(output_size(10_000, 1, &transform(&[("w", "10")])).unwrap(), (10, 1));
}

#[test]
fn cover_keeps_the_focus_as_near_to_the_centre_as_it_can() {
    let region = |gravity: &str| {
        let query = [("w", "300"), ("h", "300"), ("fit", "cover"), ("gravity", gravity)];
        let steps =
            Geometry::new((1000, 600), Orientation::default(), &transform(&query), &Limits::default());
        steps.unwrap().region.x
    };
    let expected = [
        ("center", 200.0),
        ("west", 0.0),
        ("east", 400.0),
        ("0.5,0", 200.0),
        ("0.1,0", 0.0),
        ("0.4,0", 100.0),
    ];
    for (gravity, x) in expected {
        assert_eq!(region(gravity), x, "{gravity}");
    }
}

#[test]
fn crops_are_carried_back_through_every_orientation() {
    // A crop of the upright picture's top left corner, seen from the stored picture.
    let corners = [(0, 0), (70, 0), (70, 30), (0, 30), (0, 0), (0, 30), (70, 30), (70, 0)];
    for (value, (x, y)) in (1..).zip(corners) {
        let orientation = Orientation::from_exif(value);
        let (w, h) = turned((30, 20), orientation.transpose);
        let crop = format!("0,0,{w},{h}");
        let steps = Geometry::new((100, 50), orientation, &transform(&[("crop", &crop)]), &Limits::default())
            .unwrap();
        assert_eq!(steps.bounds, Part { x, y, width: 30, height: 20 }, "orientation {value}");
        assert_eq!(steps.content, (30, 20));
        assert_eq!(steps.output, (w, h));
    }
}

#[test]
fn rotation_comes_after_orientation_and_crop() {
    let transform =
        Transform { rotate: Rotate::Quarter, gravity: Gravity::default(), ..Transform::default() };
    let steps = Geometry::new((100, 50), Orientation::from_exif(6), &transform, &Limits::default()).unwrap();
    assert_eq!(steps.orientation, Orientation::from_exif(3));
    assert_eq!(steps.output, (100, 50));
}
