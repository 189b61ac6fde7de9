//! The examples in the documentation of the crates: each public type, trait and function has one, and each option.
//!
//! `cargo test` runs the examples. This only finds what has none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use syn::{
    Attribute, Expr, ExprLit, ImplItem, Item, Lit, Meta, MetaNameValue, ReturnType, Type, UseTree, Visibility,
};

use crate::root;

/// The crates that strangers use.
const CRATES: [&str; 6] = [
    "core",
    "core/codecs/jpeg",
    "core/codecs/png",
    "core/codecs/vp8",
    "core/codecs/webp",
    "components/sandbox",
];
/// For benches and tests of this repository, and not of the stable interface.
const UNSTABLE: &str = "stages";
/// Each of its methods that gives it back sets an option.
const BUILDER: &str = "TransformBuilder";

#[test]
fn public_items_and_options_have_examples() {
    let mut missing = Vec::new();
    for folder in CRATES {
        let modules = modules(&root().join(folder).join("src"));
        let (found, without) = examples(&modules);
        assert!(found >= 4, "only {found} examples were found in {folder}");
        missing.extend(without.into_iter().map(|name| format!("{folder}: {name}")));
    }
    assert!(missing.is_empty(), "no example stands at {}", missing.join(", "));
}

/// A file of a crate.
struct Module {
    /// As the path of the file says: `vocabulary` of `options/vocabulary.rs`, `lib` of the crate's own.
    name: String,
    items: Vec<Item>,
}

/// How many public items have an example, and the names of those that have none.
fn examples(modules: &[Module]) -> (usize, Vec<String>) {
    let public = public_names(modules);
    let (mut found, mut missing) = (0, Vec::new());
    let mut note = |name: String, attributes: &[Attribute]| {
        if has_example(attributes) { found += 1 } else { missing.push(name) }
    };
    for item in modules.iter().filter(|module| module.name != UNSTABLE).flat_map(|module| &module.items) {
        let (visibility, name, attributes) = match item {
            Item::Struct(it) => (&it.vis, &it.ident, &it.attrs),
            Item::Enum(it) => (&it.vis, &it.ident, &it.attrs),
            Item::Trait(it) => (&it.vis, &it.ident, &it.attrs),
            Item::Fn(it) => (&it.vis, &it.sig.ident, &it.attrs),
            Item::Impl(it) if it.trait_.is_none() && is_named(&it.self_ty, BUILDER) => {
                for item in &it.items {
                    if let ImplItem::Fn(method) = item
                        && is_public(&method.vis)
                        && matches!(&method.sig.output, ReturnType::Type(_, given) if is_named(given, "Self"))
                    {
                        note(format!("{BUILDER}::{}", method.sig.ident), &method.attrs);
                    }
                }
                continue;
            }
            _ => continue,
        };
        if is_public(visibility) && public.contains(&name.to_string()) {
            note(name.to_string(), attributes);
        }
    }
    (found, missing)
}

/// The names that the crate's file and its public modules give away.
fn public_names(modules: &[Module]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut open = vec!["lib".to_owned()];
    while let Some(name) = open.pop() {
        for item in modules.iter().filter(|module| module.name == name).flat_map(|module| &module.items) {
            let given = match item {
                Item::Use(it) if is_public(&it.vis) => leaves(&it.tree),
                Item::Mod(it) if is_public(&it.vis) => vec![it.ident.to_string()],
                Item::Struct(it) if is_public(&it.vis) && name != "lib" => vec![it.ident.to_string()],
                Item::Enum(it) if is_public(&it.vis) && name != "lib" => vec![it.ident.to_string()],
                Item::Fn(it) if is_public(&it.vis) && name != "lib" => vec![it.sig.ident.to_string()],
                _ => continue,
            };
            for given in given {
                let is_module =
                    |item: &Item| matches!(item, Item::Mod(it) if is_public(&it.vis) && it.ident == given);
                if given != UNSTABLE && modules.iter().flat_map(|module| &module.items).any(is_module) {
                    open.push(given.clone());
                }
                names.insert(given);
            }
        }
    }
    names
}

/// The names at the ends of `a::{b, c::D}`.
fn leaves(tree: &UseTree) -> Vec<String> {
    match tree {
        UseTree::Path(path) => leaves(&path.tree),
        UseTree::Group(group) => group.items.iter().flat_map(leaves).collect(),
        UseTree::Name(name) => vec![name.ident.to_string()],
        UseTree::Rename(_) | UseTree::Glob(_) => Vec::new(),
    }
}

fn is_public(visibility: &Visibility) -> bool {
    matches!(visibility, Visibility::Public(_))
}

fn is_named(of: &Type, name: &str) -> bool {
    matches!(of, Type::Path(path) if path.path.is_ident(name))
}

/// Whether the documentation has a block of code that is Rust.
fn has_example(attributes: &[Attribute]) -> bool {
    let lines = attributes.iter().filter_map(|attribute| match &attribute.meta {
        Meta::NameValue(MetaNameValue {
            path,
            value: Expr::Lit(ExprLit { lit: Lit::Str(text), .. }),
            ..
        }) if path.is_ident("doc") => Some(text.value()),
        _ => None,
    });
    let fences = lines.filter_map(|line| Some(line.trim().strip_prefix("```")?.to_owned()));
    // Every second one ends a block.
    fences.step_by(2).any(|language| matches!(language.as_str(), "" | "no_run"))
}

fn modules(folder: &Path) -> Vec<Module> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from(folder)];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let named = if path.ends_with("mod.rs") { &folder } else { &path };
                let name = named.file_stem().unwrap_or_default().to_string_lossy().into_owned();
                let text = fs::read_to_string(&path).unwrap();
                let items = syn::parse_file(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", path.display()))
                    .items;
                found.push(Module { name, items });
            }
        }
    }
    found
}

#[test]
fn what_has_no_example_is_found() {
    let module = |name: &str, text: &str| Module {
        name: name.to_owned(),
        items: syn::parse_file(text).unwrap().items,
    };
    let modules = [
        module("lib", "mod a; pub mod b; pub use a::{A, B, call}; pub use other::C;"),
        module(
            "a",
            "/// ```\n/// A;\n/// ```\npub struct A; pub enum B {} pub fn call() {} pub struct Hidden;",
        ),
        module("b", "/// ```text\n/// no code\n/// ```\npub struct InPublicModule; struct Private;"),
        module(
            "builder",
            "impl TransformBuilder { pub fn option(self) -> Self { self } pub fn build(self) {} }",
        ),
    ];
    let (found, missing) = examples(&modules);
    assert_eq!(found, 1);
    assert_eq!(missing, ["B", "call", "InPublicModule", "TransformBuilder::option"]);
}
