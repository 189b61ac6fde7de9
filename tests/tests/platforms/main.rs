//! What HTTP and the platforms bring with them, tried on every runtime from outside: origins that misbehave, memory,
//! caching, and the form of answers. The pixels are the golden suite's.

mod answers;
mod caching;
mod faults;
mod memory;
mod stale;
mod support;

/// Every test on every runtime, each with a process of its own.
macro_rules! on_every_runtime {
    ($($runtime:ident = $name:literal),+ $(,)?) => {
        $(mod $runtime {
            #[test]
            fn answers_are_complete() {
                crate::answers::are_complete($name);
            }

            #[test]
            fn sources_are_found_where_the_configuration_allows() {
                crate::answers::sources_are_found_where_the_configuration_allows($name);
            }

            #[test]
            fn a_wrong_configuration_is_named() {
                crate::answers::a_wrong_configuration_is_named($name);
            }

            #[test]
            fn signatures_and_presets_are_what_is_answered() {
                crate::answers::signatures_and_presets_are_what_is_answered($name);
            }

            #[test]
            fn faults_of_origins_have_their_statuses() {
                crate::faults::have_their_statuses($name);
            }

            #[test]
            fn origins_that_stall_are_too_slow() {
                crate::faults::stalls_are_too_slow($name);
            }

            #[test]
            fn the_largest_jobs_fit_and_larger_ones_are_refused() {
                crate::memory::the_largest_jobs_fit_and_larger_ones_are_refused($name);
            }

            #[test]
            fn eight_at_once_are_all_answered_in_the_end() {
                crate::memory::eight_at_once_are_all_answered_in_the_end($name);
            }

            #[test]
            fn validators_save_bodies_and_decoding() {
                crate::caching::validators_save_bodies_and_decoding($name);
            }

            #[test]
            fn the_second_request_is_a_hit_where_there_is_a_cache() {
                crate::caching::the_second_request_is_a_hit($name);
            }

            #[test]
            fn answers_past_their_life_are_revalidated_where_there_is_a_cache() {
                crate::stale::answers_past_their_life_are_revalidated($name);
            }

            #[test]
            fn those_who_ask_a_silent_origin_fail_in_one_time_out() {
                crate::stale::those_who_ask_a_silent_origin_fail_in_one_time_out($name);
            }
        })+
    };
}

on_every_runtime! {
    server = "server",
    spin = "spin",
    fastly = "fastly",
    cloudflare = "cloudflare",
    wasi_http = "wasi-http",
    jco = "jco",
    composed = "composed",
}
