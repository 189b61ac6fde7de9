use super::*;
use crate::{
    Background, Compass, Crop, Effort, Fit, Flip, Format, Gravity, KeepMetadata, Kind, Length, Profile,
    Rotate,
};
use fastrand::Rng;

fn parsed(query: &str) -> Result<Transform, Error> {
    let limits = Limits::default();
    Query::parse(query, Action::Transform, &limits)?.transform(&limits)
}

fn error(query: &str) -> Error {
    parsed(query).expect_err(query)
}

/// Any options, with all fields set now and then.
fn some_options(random: &mut Rng) -> Transform {
    let mut chance = || random.bool();
    let given: [bool; 17] = std::array::from_fn(|_| chance());
    let mut of = |count| random.usize(..count);
    let crop = Crop::new(
        Length::Pixels(of(9) as u32),
        Length::percent(of(1000) as f64 / 10.0).unwrap(),
        Length::Pixels(1),
        Length::percent(12.5).unwrap(),
    );
    let gravities = [Gravity::focal(0.1, of(11) as f64 / 10.0).unwrap(), Compass::Southwest.into()];
    let colour = Background { red: of(256) as u8, green: 0, blue: 255, alpha: [255, 7][of(2)] };
    Transform::builder()
        .width(given[0].then_some(1 + of(8192) as u32))
        .height(given[1].then_some(1 + of(8192) as u32))
        .dpr(given[2].then_some((1000 + of(3001)) as f64 / 1000.0))
        .fit(given[3].then_some([Fit::Outside, Fit::Cover, Fit::Contain, Fit::Fill][of(4)]))
        .enlarge(given[4])
        .gravity(given[5].then_some(gravities[of(2)]))
        .crop(given[6].then(|| crop.unwrap()))
        .rotate(given[7].then_some([Rotate::Quarter, Rotate::Half, Rotate::ThreeQuarters][of(3)]))
        .flip(given[8].then_some([Flip::Horizontal, Flip::Vertical, Flip::Both][of(3)]))
        .background(given[9].then_some(colour))
        .format(Format::outputs().nth(of(4)).filter(|_| given[10]))
        .quality(given[11].then_some(1 + of(79) as u8))
        .lossless(given[12].then_some(true))
        .frame(given[13].then_some(of(9) as u32))
        .metadata(given[14].then_some([KeepMetadata::Copyright, KeepMetadata::All][of(2)]))
        .effort(given[15].then_some([Effort::Fast, Effort::Small][of(2)]))
        .profile(given[16].then_some(Profile::Keep))
        .build()
        .unwrap()
}

#[test]
fn what_is_written_is_read_and_equal_options_are_equal_text() {
    let limits = Limits { output_side: u32::MAX, ..Limits::default() };
    let mut random = Rng::with_seed(1);
    let mut seen = std::collections::HashSet::new();
    for _ in 0..2000 {
        let options = some_options(&mut random);
        let pairs = options.parameters();
        assert!(pairs.is_sorted());
        let text: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let text = text.join("&");
        let read = Query::parse(&text, Action::Transform, &limits);
        assert_eq!(read.and_then(|query| query.transform(&limits)), Ok(options), "{text}");
        let as_they_are = pairs.iter().map(|(name, value)| (*name, value.as_str()));
        assert!(Query::from_pairs(as_they_are, Action::Transform, &limits).is_ok());
        seen.extend(pairs.into_iter().map(|(name, _)| name));
    }
    let options = PARAMETERS.iter().filter(|parameter| parameter.is_built() && parameter.option.is_some());
    assert!(options.clone().all(|parameter| seen.contains(parameter.name)), "{seen:?}");
    assert_eq!(options.count(), seen.len());
    assert_eq!(Transform::default().parameters(), []);
    assert_eq!(
        parsed("format=jpeg&q=80&dpr=1.0&fit=inside").unwrap().parameters(),
        [("format", "jpeg".to_owned())]
    );
}

#[test]
fn wrong_values_name_the_parameter_and_what_is_allowed() {
    for query in [
        "w=0",
        "w=-1",
        "w=+1",
        "w=8193",
        "w=1e3",
        "w=4294967296",
        "h=1.5",
        "w=",
        "w",
        "w=1&w=1",
        "w=1&%77=2",
        "dpr=0.5",
        "dpr=5",
        "fit=crop",
        "fit=Cover",
        "enlarge=true",
        "gravity=up",
        "crop=1,2,3",
        "rotate=45",
        "rotate=0",
        "flip=vh",
        "bg=%23fff",
        "format=bmp",
        "q=0",
        "q=101",
        "lossless=yes",
        "frame=-1",
        "metadata=some",
        "effort=most",
        "profile=p3",
        "v=",
        "v=%ff",
        "v=%2",
        "src=",
        "src=/a",
        "v=1",
    ] {
        let error = error(query);
        let name = query.split('=').next();
        assert_eq!((error.kind, error.parameter.as_deref()), (Kind::InvalidParameter, name), "{query}");
        assert!(error.allowed.is_some_and(|allowed| !allowed.is_empty()), "{query}");
    }
    assert_eq!(error("h=9000").allowed.as_deref(), Some("1 … 8192"));
    let error = error("w=8192&dpr=2");
    assert_eq!((error.kind, error.limit, error.actual), (Kind::TooLarge, Some(8192), Some(16384)));
}

#[test]
fn empty_and_repeated_parameters_tell_the_values_too() {
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.is_built()) {
        let (name, allowed) = (parameter.name, parameter.allowed(&Limits::default()));
        for query in [format!("{name}="), format!("{name}=1&{name}=1")] {
            let error = error(&query);
            assert_eq!((error.parameter.as_deref(), error.allowed.as_ref()), (Some(name), Some(&allowed)));
        }
    }
}

#[test]
fn what_is_not_built_yet_is_never_ignored() {
    let later = PARAMETERS.iter().filter(|parameter| !parameter.is_built());
    let values = ["gravity=smart", "gravity=face", "format=avif", "format=jxl", "q=auto"];
    let queries = later.map(|parameter| format!("{}=1", parameter.name)).chain(values.map(str::to_owned));
    for query in queries {
        let error = error(&query);
        assert_eq!((error.kind, error.parameter.as_deref()), (Kind::Unsupported, query.split('=').next()));
    }
}

#[test]
fn unknown_names_suggest_what_was_meant() {
    assert!(error("wdith=1").message.contains("is `w` meant?"));
    assert!(error("qualty=1").message.contains("`q`"));
    assert!(!error("utm_source=x").message.contains("meant"));
    assert_eq!(error("%ff=1").kind, Kind::InvalidParameter);
    assert_eq!(error("=1").kind, Kind::InvalidParameter);
    let limits = Limits::default();
    let metadata = |query| Query::parse(query, Action::Metadata, &limits).map(|query| query.pairs.len());
    assert_eq!(metadata("src=/a&v=1"), Ok(2));
    let error = metadata("src=/a&w=1").unwrap_err();
    assert_eq!(
        (error.parameter.as_deref(), error.allowed.as_deref()),
        (Some("w"), Some("src, v, exp, kid, sig"))
    );
}

#[test]
fn a_callers_own_parameters_are_taken_out() {
    let limits = Limits::default();
    let mut query = Query::parse("v=%26&w=%31&src=a+b", Action::Transform, &limits).unwrap();
    assert_eq!(query.take("src").as_deref(), Some("a+b"));
    assert_eq!(query.take("v").as_deref(), Some("&"));
    assert_eq!(query.take("v"), None);
    assert_eq!(query.transform(&limits), Transform::builder().width(1).build());
}

#[test]
fn the_format_is_left_by_silence_too() {
    for (query, left) in [
        ("", true),
        ("w=x", true),
        ("format=auto", true),
        ("format=%61uto&q=0", true),
        ("format=png", false),
        ("format=bmp", false),
        ("format=", false),
        ("f%6frmat=webp&w=", false),
    ] {
        assert_eq!(Query::leaves_format(query), left, "{query}");
    }
}
