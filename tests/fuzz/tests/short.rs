//! Every target with its seeds, and with mutations of them: the same ones on every run.

use edgepix_fuzz::{TARGETS, Target, mutated};

/// Mutations of each target's seeds.
const MUTATIONS: u64 = 10_000;

/// One test, alone in its process: the heap is counted as a whole.
#[test]
fn every_target_keeps_its_promises() {
    let findings: Vec<_> = TARGETS.iter().flat_map(findings).collect();
    assert!(findings.is_empty(), "{} findings:\n{}", findings.len(), findings.join("\n"));
}

/// The inputs on which a target panics, and its words.
fn findings(target: &Target) -> Vec<String> {
    let seeds = (target.seeds)();
    assert!(!seeds.is_empty(), "{} has no seeds", target.name);
    let originals = seeds.iter().enumerate().map(|(number, seed)| (format!("seed {number}"), seed.clone()));
    let mutations = (0..MUTATIONS).map(|number| (format!("mutation {number}"), mutated(&seeds, number)));
    let panicking = |(input, bytes): (String, Vec<u8>)| {
        let panic = std::panic::catch_unwind(|| (target.run)(&bytes)).err()?;
        let message = panic.downcast_ref::<String>().map(String::as_str);
        let message = message.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("a panic");
        Some(format!("{}, {input} ({} bytes): {message}", target.name, bytes.len()))
    };
    let findings: Vec<_> = originals.chain(mutations).filter_map(panicking).collect();
    println!("fuzz {}: {} inputs, {} findings", target.name, seeds.len() as u64 + MUTATIONS, findings.len());
    findings
}
