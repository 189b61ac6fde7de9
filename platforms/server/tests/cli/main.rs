//! The commands for files, as a shell runs them.

mod flags;
mod folder;
mod info;
mod resize;
mod several;
mod sources;
mod streams;
