// Arguments that the body does not give away are dropped as the plain function drops them.
#![allow(unused_variables, dropping_copy_types)]

use std::cell::RefCell;

use tallymark::{counted, observed};
use tallymark_tests::count;

thread_local! {
    static DROPPED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

struct Noisy(&'static str);

impl Noisy {
    fn touch(&self) {}
}

impl Drop for Noisy {
    fn drop(&mut self) {
        DROPPED.with_borrow_mut(|dropped| dropped.push(self.0));
    }
}

macro_rules! functions {
    ($module:ident $(#[$attribute:meta])?) => {
        mod $module {
            use super::Noisy;

            $(#[$attribute])?
            pub fn in_order(a: Noisy, b: Noisy) {
                let _local = Noisy("local");
                a.touch();
                b.touch();
            }

            $(#[$attribute])?
            pub fn unused(a: Noisy, _: Noisy, b: Noisy) {
                a.touch();
            }

            $(#[$attribute])?
            pub fn pattern((a, b): (Noisy, Noisy)) {
                a.touch();
            }

            $(#[$attribute])?
            pub fn given_away(a: Noisy, b: Noisy) -> Noisy {
                b.touch();
                a
            }
        }
    };
}

functions!(plain);
functions!(calls #[crate::counted(interface = "counted")]);
functions!(all #[crate::observed(interface = "observed")]);

fn dropped(call: impl FnOnce()) -> Vec<&'static str> {
    call();
    DROPPED.take()
}

fn main() {
    macro_rules! same {
        ($($function:ident($($argument:expr),*);)*) => {
            $(
                let expected = dropped(|| drop(plain::$function($($argument),*)));
                assert_eq!(dropped(|| drop(calls::$function($($argument),*))), expected);
                assert_eq!(dropped(|| drop(all::$function($($argument),*))), expected);
            )*
        };
    }
    same! {
        in_order(Noisy("a"), Noisy("b"));
        unused(Noisy("a"), Noisy("_"), Noisy("b"));
        pattern((Noisy("a"), Noisy("b")));
        given_away(Noisy("a"), Noisy("b"));
    }
    assert_eq!((count("counted"), count("observed")), (Some(4), Some(4)));
}
