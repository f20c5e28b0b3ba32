//! What the work asks for at least.

use std::cell::RefCell;
use std::hint::black_box;
use std::rc::Rc;

use crate::contestants::{Contestant, value};

/// Copies what stands before each number and writes the number, into memory that is there already.
pub(crate) fn render(series: usize) -> Contestant {
    let lines = (0..series).map(|at| format!("bench_total{{app=\"{}\"}} ", value(at)));
    let lines: Vec<String> = lines.collect();
    let numbers = Rc::new(RefCell::new(vec![100_000_u64; series]));
    let mut text = Vec::new();
    let counted = Rc::clone(&numbers);
    let scrape = move || {
        text.clear();
        for (line, number) in lines.iter().zip(&*numbers.borrow()) {
            text.extend_from_slice(line.as_bytes());
            text.extend_from_slice(itoa::Buffer::new().format(*number).as_bytes());
            text.push(b'\n');
        }
        black_box(&text).len()
    };
    let count = move |at: usize| counted.borrow_mut()[at] += 7;
    Contestant::new("floor: prefixes copied, numbers written", series, count, scrape)
}

/// Looks whether any number is another than it was.
pub(crate) fn compare(series: usize) -> Contestant {
    let numbers = Rc::new(RefCell::new(vec![100_000_u64; series]));
    let counted = Rc::clone(&numbers);
    let mut before = vec![0_u64; series];
    let scrape = move || {
        let mut changed = 0;
        for (before, now) in before.iter_mut().zip(&*numbers.borrow()) {
            if before != now {
                *before = *now;
                changed += 1;
            }
        }
        black_box(changed)
    };
    let count = move |at: usize| counted.borrow_mut()[at] += 7;
    Contestant::new("floor: numbers compared", series, count, scrape)
}
