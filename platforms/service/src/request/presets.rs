//! Named sets of parameters: `avatar?w=96&h=96&fit=cover;hero?w=1600&q!=70`.
//!
//! Of several presets a later one wins over an earlier one, and the URL over all of them, but for what a preset writes with
//! `!=`.

use edgepix_core::{Action, Error, Limits, Query};

/// Parameters that a request may have where only presets are answered.
const BESIDE_PRESETS: [&str; 6] = ["src", "preset", "v", "exp", "kid", "sig"];

/// The presets of a configuration.
#[derive(Clone, Debug, Default)]
pub(crate) struct Presets {
    presets: Vec<Preset>,
    /// Whether nothing else is answered.
    pub(crate) only: bool,
}

#[derive(Clone, Debug)]
struct Preset {
    name: String,
    parameters: Vec<Parameter>,
}

#[derive(Clone, Debug)]
struct Parameter {
    name: String,
    value: String,
    /// Whether the URL cannot change it.
    is_fixed: bool,
}

impl Presets {
    /// Reads presets, separated by semicolons, and checks each as a request of its own would be.
    ///
    /// # Errors
    ///
    /// What is wrong, in words that go on a sentence whose subject is the variable.
    pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Self, String> {
        let mut presets: Vec<Preset> = Vec::new();
        for entry in text.split(';').map(str::trim).filter(|entry| !entry.is_empty()) {
            let preset = Preset::parse(entry)?;
            preset
                .check(limits)
                .map_err(|error| format!("has the preset `{}`: {}", preset.name, error.message))?;
            if presets.iter().any(|other| other.name == preset.name) {
                return Err(format!("has the preset `{}` twice.", preset.name));
            }
            presets.push(preset);
        }
        Ok(Self { presets, only: false })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.presets.is_empty()
    }

    /// Takes `preset` out of a query, and puts the presets' parameters into it.
    ///
    /// # Errors
    ///
    /// [`InvalidParameter`](edgepix_core::Kind::InvalidParameter) for a preset that there is not, and for a query that has
    /// parameters of its own where only presets are answered.
    pub(crate) fn resolve(&self, query: &mut Query<'_>, limits: &Limits) -> Result<(), Error> {
        if self.only {
            if let Some(name) = query.names().find(|name| !BESIDE_PRESETS.contains(name)) {
                let message =
                    format!("Only presets are answered here: leave `{name}` out, and name a preset.");
                return Err(Error::parameter(name, message, BESIDE_PRESETS.join(", ")));
            }
            if !query.has("preset") {
                let message = "Only presets are answered here: name one in `preset`.";
                return Err(Error::parameter("preset", message, self.names()));
            }
        }
        let Some(names) = query.take("preset") else { return Ok(()) };
        let mut parameters: Vec<&Parameter> = Vec::new();
        for name in names.split(',') {
            let preset = self.presets.iter().find(|preset| preset.name == name);
            let preset = preset.ok_or_else(|| self.unknown(name))?;
            for parameter in &preset.parameters {
                parameters.retain(|other| other.name != parameter.name);
                parameters.push(parameter);
            }
        }
        for Parameter { name, value, is_fixed } in parameters {
            if *is_fixed || !query.has(name) {
                query.replace(name, value.clone(), limits)?;
            }
        }
        Ok(())
    }

    fn unknown(&self, name: &str) -> Error {
        let message = if self.is_empty() {
            "There are no presets here.".to_owned()
        } else {
            format!("There is no preset `{name}`.")
        };
        Error::parameter("preset", message, self.names())
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.presets.iter().map(|preset| &*preset.name).collect();
        if names.is_empty() { "none".to_owned() } else { names.join(", ") }
    }
}

impl Preset {
    fn parse(entry: &str) -> Result<Self, String> {
        let (name, query) = entry.split_once('?').unwrap_or((entry, ""));
        let named = |c: char| c.is_ascii_alphanumeric() || "-._~".contains(c);
        if name.is_empty() || !name.chars().all(named) {
            return Err(format!(
                "must be like avatar?w=96&h=96;hero?w=1600, with names of letters, digits and -._~; `{name}` is none."
            ));
        }
        let mut parameters: Vec<Parameter> = Vec::new();
        for (written, value) in Query::split(query) {
            let (parameter, is_fixed) = match written.strip_suffix('!') {
                Some(fixed) => (fixed, true),
                None => (written, false),
            };
            let (Some(parameter), Some(value)) = (Query::decode(parameter), Query::decode(value)) else {
                return Err(format!("has the preset `{name}`, which is not percent-encoded UTF-8."));
            };
            parameters.push(Parameter { name: parameter.into_owned(), value: value.into_owned(), is_fixed });
        }
        Ok(Self { name: name.to_owned(), parameters })
    }

    fn check(&self, limits: &Limits) -> Result<(), Error> {
        let pairs = self.parameters.iter().map(|parameter| (&*parameter.name, &*parameter.value));
        Query::from_pairs(pairs, Action::Transform, limits)?.transform(limits).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str =
        "avatar?w=96&h=96&fit=cover; hero?w=1600&q!=70 ;plain;wide?w=2000&crop=10p,0p,50p,50p;";

    fn presets() -> Presets {
        Presets::parse(TEXT, &Limits::default()).unwrap()
    }

    fn resolved(presets: &Presets, query: &str) -> Result<String, Error> {
        let limits = Limits::default();
        let mut query = Query::parse(query, Action::Transform, &limits)?;
        presets.resolve(&mut query, &limits)?;
        query.take("src");
        let pairs = query.transform(&limits)?.parameters();
        Ok(pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
    }

    #[test]
    fn later_ones_win_and_the_url_over_all() {
        let presets = presets();
        for (query, expected) in [
            ("src=a&w=5", "w=5"),
            ("preset=avatar", "fit=cover&h=96&w=96"),
            ("preset=avatar,hero", "fit=cover&h=96&q=70&w=1600"),
            ("preset=hero,avatar", "fit=cover&h=96&q=70&w=96"),
            ("preset=hero&w=5&fit=fill", "fit=fill&q=70&w=5"),
            ("preset=hero&q=90", "q=70&w=1600"),
            ("preset=plain", ""),
            ("preset=wide", "crop=10p,0p,50p,50p&w=2000"),
        ] {
            assert_eq!(resolved(&presets, query).as_deref(), Ok(expected), "{query}");
        }
    }

    #[test]
    fn unknown_ones_are_refused_with_the_list() {
        for query in ["preset=heros", "preset=avatar,", "preset=,", "preset=avatar,,hero", "preset=Avatar"] {
            let error = resolved(&presets(), query).expect_err(query);
            assert_eq!(error.parameter.as_deref(), Some("preset"));
            assert_eq!(error.allowed.as_deref(), Some("avatar, hero, plain, wide"));
        }
        let error = resolved(&Presets::default(), "preset=a").unwrap_err();
        assert_eq!(error.message, "There are no presets here.");
    }

    #[test]
    fn nothing_else_is_answered_where_only_presets_are() {
        let presets = Presets { only: true, ..presets() };
        assert_eq!(resolved(&presets, "src=a&preset=plain").as_deref(), Ok(""));
        for (query, parameter) in [("src=a", "preset"), ("preset=plain&w=1", "w"), ("w=1", "w")] {
            let error = resolved(&presets, query).expect_err(query);
            assert_eq!(error.parameter.as_deref(), Some(parameter), "{query}");
        }
    }

    #[test]
    fn presets_are_checked_when_they_are_read() {
        for (text, said) in [
            ("a?w=0", "`a`: The value of `w`"),
            ("a?wdith=5", "is `w` meant"),
            ("a?w=1&w=2", "more than once"),
            ("a?w", "no value"),
            ("a?src=b", "`src`"),
            ("a?preset=b", "`preset`"),
            ("a?sig=b", "`sig`"),
            ("a?v=%ff", "percent-encoded"),
            ("a b?w=1", "`a b` is none"),
            ("?w=1", "is none"),
            ("a?w=1;a?w=2", "twice"),
            ("a?w!!=1", "w!"),
        ] {
            let error = Presets::parse(text, &Limits::default()).expect_err(text);
            assert!(error.contains(said), "{text}: {error}");
        }
    }
}
