//! Colours by ICC profiles against a reference in double precision, over profiles that are made here.

mod build;
mod exactness;
mod meaning;
mod profiles;
mod reference;
