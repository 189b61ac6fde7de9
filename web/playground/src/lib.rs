//! The files of Edgepix's playground, the page on which a photo and its parameters are tried out, for the server that shows
//! it. The files stand beside this crate's manifest, as they are served.

/// Path, media type and content of each file.
pub const FILES: [(&str, &str, &[u8]); 15] = [
    ("/", "text/html; charset=utf-8", include_bytes!("../index.html")),
    ("/style.css", "text/css; charset=utf-8", include_bytes!("../style.css")),
    ("/playground.js", SCRIPT, include_bytes!("../playground.js")),
    ("/address.js", SCRIPT, include_bytes!("../address.js")),
    ("/code.js", SCRIPT, include_bytes!("../code.js")),
    ("/controls.js", SCRIPT, include_bytes!("../controls.js")),
    ("/engine.js", SCRIPT, include_bytes!("../engine.js")),
    ("/engines/error.js", SCRIPT, include_bytes!("../engines/error.js")),
    ("/engines/server.js", SCRIPT, include_bytes!("../engines/server.js")),
    ("/pads.js", SCRIPT, include_bytes!("../pads.js")),
    ("/parameters.js", SCRIPT, include_bytes!("../parameters.js")),
    ("/source.js", SCRIPT, include_bytes!("../source.js")),
    ("/tabs.js", SCRIPT, include_bytes!("../tabs.js")),
    ("/text.js", SCRIPT, include_bytes!("../text.js")),
    ("/view.js", SCRIPT, include_bytes!("../view.js")),
];

const SCRIPT: &str = "text/javascript; charset=utf-8";
