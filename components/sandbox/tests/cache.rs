//! Compiled code on disk: used where it is complete and its owner is right, compiled again where it is damaged, refused
//! where others could have written it.
#![cfg(unix)]

mod hostile;

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use edgepix_sandbox::{Options, Sandbox, SandboxError};
use tempfile::TempDir;

#[test]
fn code_is_kept_and_read_again() {
    let (_keep, folder) = folder();
    works(&folder);
    let file = only_file(&folder);
    let written = fs::metadata(&file).unwrap();
    assert_eq!(written.mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&folder).unwrap().mode() & 0o777, 0o700);
    works(&folder);
    assert_eq!(fs::metadata(only_file(&folder)).unwrap().ino(), written.ino(), "written again");
}

#[test]
fn what_was_compiled_otherwise_is_another_file() {
    let (_keep, folder) = folder();
    let options = Options { cache: Some(folder.clone()), ..Options::default() };
    Sandbox::new(&hostile::component(), &options).unwrap();
    Sandbox::new(&hostile::component(), &Options { fuel: Some(1 << 30), ..options }).unwrap();
    assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
}

#[test]
fn damaged_code_is_made_anew() {
    let (_keep, folder) = folder();
    works(&folder);
    let file = only_file(&folder);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for damaged in [flipped, whole[..whole.len() - 1].to_vec(), whole[..10].to_vec(), Vec::new()] {
        fs::write(&file, damaged).unwrap();
        works(&folder);
        assert!(fs::read(&file).unwrap() == whole);
    }
}

#[test]
fn code_that_others_can_write_is_refused() {
    let (_keep, folder) = folder();
    works(&folder);
    for (path, mode) in [(only_file(&folder), 0o620), (folder.clone(), 0o777)] {
        let before = fs::metadata(&path).unwrap().permissions();
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = make(&folder).unwrap_err();
        assert!(matches!(&error, SandboxError::Cache(said) if said.contains("alone can write")), "{error}");
        fs::set_permissions(&path, before).unwrap();
        works(&folder);
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error() {
    let (_keep, folder) = folder();
    fs::write(&folder, "a file").unwrap();
    assert!(matches!(make(&folder), Err(SandboxError::Cache(_))));
}

/// A folder that does not exist yet, and the folder around it.
fn folder() -> (TempDir, PathBuf) {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("a/b");
    fs::create_dir(parent.path().join("a")).unwrap();
    (parent, folder)
}

fn make(folder: &Path) -> Result<Sandbox, SandboxError> {
    let options = Options { cache: Some(folder.to_owned()), ..Options::default() };
    Sandbox::new(&hostile::component(), &options)
}

fn works(folder: &Path) {
    assert_eq!(make(folder).unwrap().metadata(hostile::OBEY).unwrap().width, 1);
}

fn only_file(folder: &Path) -> PathBuf {
    let mut files = fs::read_dir(folder).unwrap();
    let file = files.next().unwrap().unwrap().path();
    assert!(files.next().is_none());
    file
}
