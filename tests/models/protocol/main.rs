//! The protocol by which processes share a directory (`runtime/FORMAT.md`), in every order that its
//! steps can take, with processes that die and readers that are killed between any two of them.
//!
//! A step is what the runtime does to the directory in one call of the system: each is named after the
//! function that does it, and has to be kept as it is there. What the files contain is three numbers.

mod names;
mod process;
mod reader;
mod rules;
mod search;
mod world;

use self::rules::{Rules, Safeguard};
use self::search::{Explored, explore};
use self::world::{Left, World};

/// Three processes that count and die while two readers fold, one of which may be killed.
fn folding() -> World {
    World::of(3, 0, Left { deaths: 2, crashes: 1, scrapes: 3 })
}

/// The last process of a life dies while another one begins, and readers of the one before go on.
fn lives() -> World {
    World::of(1, 1, Left { deaths: 2, crashes: 1, scrapes: 3 })
}

/// Nobody was ever here before.
fn first() -> World {
    World::of(0, 3, Left { deaths: 2, crashes: 0, scrapes: 1 })
}

fn holds(start: &World) {
    let Explored { states, wrong } = explore(start, Rules { without: None });
    assert!(wrong.is_none(), "{}", wrong.unwrap_or_default());
    assert!(states > 10_000, "only {states} states");
}

fn fails(start: &World, without: Safeguard, how: &str) {
    let Explored { states, wrong } = explore(start, Rules { without: Some(without) });
    let wrong = wrong.unwrap_or_else(|| panic!("nothing is wrong in {states} states"));
    assert!(wrong.contains(how), "{wrong}");
}

#[test]
fn totals_are_right_while_readers_fold() {
    holds(&folding());
}

#[test]
fn totals_are_right_from_life_to_life() {
    holds(&lives());
}

#[test]
fn totals_are_right_from_the_first_process_on() {
    holds(&first());
}

/// What a reader began with is in the archive by the time that it looks.
#[test]
fn a_living_process_that_somebody_folds_meanwhile_would_count_twice() {
    fails(&folding(), Safeguard::EachFold, "no more than");
}

#[test]
fn a_dead_process_that_somebody_folds_meanwhile_would_count_twice() {
    fails(&folding(), Safeguard::GenerationUnderLock, "no more than");
}

#[test]
fn an_archive_of_the_life_before_would_hide_what_is_folded_in_this_one() {
    fails(&lives(), Safeguard::GenerationOfLife, "no more than");
}

#[test]
fn a_reader_would_expose_half_of_a_life_that_is_over() {
    fails(&lives(), Safeguard::LifeAfterListing, "and not");
}

/// One with the dead of the life before would write their archive in place of that of this life.
#[test]
fn a_late_reader_would_overwrite_the_archive_of_the_next_life() {
    fails(&lives(), Safeguard::LifeUnderLock, "and not");
}

#[test]
fn a_crash_after_the_rename_would_count_twice() {
    fails(&folding(), Safeguard::SkipAbsorbed, "no more than");
}

#[test]
fn a_crash_before_the_rename_would_lose_counts() {
    fails(&folding(), Safeguard::RenameFirst, "and not");
}

#[test]
fn an_archive_that_forgets_would_leave_files_after_a_crash() {
    fails(&folding(), Safeguard::Remember, "left for ever");
}

#[test]
fn two_that_fold_at_once_would_lose_counts() {
    fails(&folding(), Safeguard::Lock, "and not");
}

#[test]
fn two_could_begin_the_first_life() {
    fails(&first(), Safeguard::JoinAnew, "process");
}

#[test]
fn a_process_whose_file_is_taken_for_left_would_count_nowhere() {
    fails(&first(), Safeguard::MakeAnew, "and not");
}
