//! The files of Edgepix's playground, the page on which a photo and its parameters are tried out, for the server that shows
//! it. The files stand beside this crate's manifest, as they are served; [`vocabulary`] is the one that is made.

use edgepix_core::Limits;
use edgepix_core::vocabulary::{PARAMETERS, Parameter, Values};
use serde_json::{Value, json};

/// Path, media type and content of each file.
pub const FILES: [(&str, &str, &[u8]); 27] = [
    ("/", "text/html; charset=utf-8", include_bytes!("../index.html")),
    ("/style.css", STYLE, include_bytes!("../style.css")),
    ("/page.css", STYLE, include_bytes!("../page.css")),
    ("/playground.js", SCRIPT, include_bytes!("../playground.js")),
    ("/address.js", SCRIPT, include_bytes!("../address.js")),
    ("/answer.js", SCRIPT, include_bytes!("../answer.js")),
    ("/code.js", SCRIPT, include_bytes!("../code.js")),
    ("/controls.js", SCRIPT, include_bytes!("../controls.js")),
    ("/engine.js", SCRIPT, include_bytes!("../engine.js")),
    ("/engines/error.js", SCRIPT, include_bytes!("../engines/error.js")),
    ("/engines/server.js", SCRIPT, include_bytes!("../engines/server.js")),
    ("/files.js", SCRIPT, include_bytes!("../files.js")),
    ("/geometry.js", SCRIPT, include_bytes!("../geometry.js")),
    ("/kinds.js", SCRIPT, include_bytes!("../kinds.js")),
    ("/notice.js", SCRIPT, include_bytes!("../notice.js")),
    ("/pads.js", SCRIPT, include_bytes!("../pads.js")),
    ("/parameters.js", SCRIPT, include_bytes!("../parameters.js")),
    ("/presentation.js", SCRIPT, include_bytes!("../presentation.js")),
    ("/save.js", SCRIPT, include_bytes!("../save.js")),
    ("/source.js", SCRIPT, include_bytes!("../source.js")),
    ("/status.js", SCRIPT, include_bytes!("../status.js")),
    ("/strip.js", SCRIPT, include_bytes!("../strip.js")),
    ("/tabs.js", SCRIPT, include_bytes!("../tabs.js")),
    ("/text.js", SCRIPT, include_bytes!("../text.js")),
    ("/view.js", SCRIPT, include_bytes!("../view.js")),
    ("/zip.js", SCRIPT, include_bytes!("../zip.js")),
    ("/zoom.js", SCRIPT, include_bytes!("../zoom.js")),
];

/// The path of the module that [`vocabulary`] gives.
pub const VOCABULARY: &str = "/vocabulary.js";

const STYLE: &str = "text/css; charset=utf-8";

/// The media type of the page's modules.
pub const SCRIPT: &str = "text/javascript; charset=utf-8";

/// The module `vocabulary.js`: the parameters that are built and about the image, for the page to make its controls of.
pub fn vocabulary(limits: &Limits) -> String {
    let built = PARAMETERS.iter().filter(|parameter| parameter.is_built());
    let list: Value = built.filter_map(|parameter| entry(parameter, limits)).collect();
    format!("export const vocabulary = {list};\n")
}

fn entry(parameter: &Parameter, limits: &Limits) -> Option<Value> {
    let allowed = parameter.allowed(limits);
    let listed = matches!(parameter.values, Values::Words(_) | Values::Numbers(_) | Values::Format);
    Some(json!({
        "name": parameter.name,
        "option": parameter.option?,
        "kind": parameter.values.kind(),
        "values": listed.then(|| allowed.split(", ").collect::<Vec<_>>()),
        "allowed": allowed,
        "default": parameter.default,
        "help": parameter.help,
    }))
}
