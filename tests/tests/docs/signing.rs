//! The signatures of the page on signed URLs: its Python makes the published ones.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use super::root;

/// Signs what the vectors hold with the function that is put before it.
const CHECK: &str = r#"
import json, sys
checked = 0
for vector in json.load(open(sys.argv[1]))["vectors"]:
    kid = "kid=" + vector["key"].split(":")[0]
    pairs = vector["query"].split("&")
    if kid in pairs:
        pairs.remove(kid)
        signed = sign(vector["path"] + "?" * bool(pairs) + "&".join(pairs), vector["key"])
        assert signed.endswith("sig=" + vector["sig"]), (signed, vector)
        checked += 1
print(checked)
"#;

#[test]
fn the_python_of_the_page_makes_the_published_signatures() {
    let page = fs::read_to_string(root().join("docs/signing.md")).unwrap();
    let (_, rest) = page.split_once("```python\n").expect("the page has Python");
    let (function, _) = rest.split_once("```").unwrap();
    let mut python = Command::new("python3")
        .arg("-")
        .arg(root().join("docs/signing.json"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("python3 is on the path");
    python.stdin.take().unwrap().write_all(format!("{function}{CHECK}").as_bytes()).unwrap();
    let output = python.wait_with_output().unwrap();
    assert!(output.status.success());
    let checked: u32 = String::from_utf8(output.stdout).unwrap().trim().parse().unwrap();
    assert!(checked > 8, "only {checked} signatures were checked");
}
