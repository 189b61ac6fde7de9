//! All lengths at which bytes stood before, each at its last place: binary trees of the positions whose four bytes have the
//! same hash, sorted by what follows them.

use super::matches::{ENOUGH, Threes, Window, common, hash, slide};
use super::optimal::Step;
use super::{HISTORY, matches, zeros};

/// Positions of a tree that are compared.
const DEPTH: usize = 100;
#[derive(Debug)]
pub(super) struct Trees {
    /// The roots, which are the last positions; 0 where there is none.
    roots: Box<[u16; matches::HASHES]>,
    /// Of each position of the history the roots of what sorts before it and of what sorts behind it.
    children: Box<[[u16; 2]; HISTORY]>,
    threes: Threes,
}

pub(super) const MEMORY: u64 = (matches::HASHES + 2 * HISTORY) as u64 * 2 + matches::MEMORY_OF_THREES;

impl Trees {
    pub(super) fn new() -> Self {
        Self { roots: zeros(), children: zeros(), threes: Threes::new() }
    }

    /// The window moves on by a history's length.
    pub(super) fn slide(&mut self) {
        slide(&mut *self.roots);
        slide(self.children.as_flattened_mut());
        self.threes.slide();
    }

    /// Makes a position the root of its tree, and adds its matches: each is longer than those before, and further away.
    /// `end`: behind the last byte, at least four bytes away. Returns the length of the longest.
    pub(super) fn find(&mut self, window: &Window, at: usize, end: usize, matches: &mut Vec<Step>) -> usize {
        let step =
            |length: usize, before: usize| Step { length: length as u16, distance: (at - before - 1) as u16 };
        let mut longest = 2;
        if let Some(three) = self.threes.replace(window, at) {
            matches.push(step(3, three));
            longest = 3;
        }
        self.insert(window, at, end, |length, before| {
            if length > longest {
                longest = length;
                matches.push(step(length, before));
            }
        });
        longest
    }

    /// Makes a position the root of its tree. Returns 0, the length of no match.
    pub(super) fn skip(&mut self, window: &Window, at: usize, end: usize) -> usize {
        self.threes.replace(window, at);
        self.insert(window, at, end, |_, _| {});
        0
    }

    /// Makes a position the root of its tree. `found` is told how many bytes it has in common with those that are compared.
    #[inline]
    fn insert(&mut self, window: &Window, at: usize, end: usize, mut found: impl FnMut(usize, usize)) {
        let enough = ENOUGH.min(end - at);
        let least = at.saturating_sub(HISTORY - 1).max(1);
        let mut node = usize::from(std::mem::replace(&mut self.roots[hash(window, at)], at as u16));
        // Where the next position that sorts before this one belongs, or behind it: a node and its side.
        let mut open = [(at, 0), (at, 1)];
        // What all positions that are left on either side have in common with this one.
        let mut shared = [0; 2];
        for _ in 0..DEPTH {
            if node < least {
                break;
            }
            let length = common(window, node, at, end, shared[0].min(shared[1]));
            found(length, node);
            let children = self.children[node % HISTORY];
            if length >= enough {
                // It takes the place of this one, which is as good and nearer.
                for ((parent, side), child) in open.into_iter().zip(children) {
                    self.children[parent % HISTORY][side] = child;
                }
                return;
            }
            let side = usize::from(window[node + length] > window[at + length]);
            let (parent, of_parent) = open[side];
            self.children[parent % HISTORY][of_parent] = node as u16;
            open[side] = (node, 1 - side);
            shared[side] = length;
            node = usize::from(children[1 - side]);
        }
        for (parent, side) in open {
            self.children[parent % HISTORY][side] = 0;
        }
    }
}
