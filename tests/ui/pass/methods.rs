use std::pin::Pin;
use std::rc::Rc;

use tallymark::counted;
use tallymark_tests::count;

struct Store {
    names: Vec<String>,
}

impl Store {
    #[counted(interface = "associated")]
    fn new() -> Self {
        Self { names: vec!["web".to_owned()] }
    }

    #[counted(interface = "by reference")]
    fn first(&self) -> Option<&String> {
        self.names.first()
    }

    #[counted(interface = "by unique reference")]
    fn first_mut(&mut self) -> &mut String {
        &mut self.names[0]
    }

    #[counted(interface = "by value")]
    fn into_names(mut self) -> Vec<String> {
        self.names.push("shop".to_owned());
        self.names
    }

    #[counted(interface = "by smart pointer")]
    fn shared(self: Rc<Self>, pinned: Pin<&Self>) -> usize {
        self.names.len() + pinned.names.len()
    }
}

trait Deploy {
    type Release;

    fn release(&self) -> Self::Release;

    #[counted(interface = "trait default")]
    fn deploy(&self) -> (Self::Release, Self::Release) {
        (self.release(), self.release())
    }
}

impl Deploy for Store {
    type Release = u8;

    #[counted(interface = "trait method")]
    fn release(&self) -> Self::Release {
        1
    }
}

impl Deploy for () {
    type Release = &'static str;

    fn release(&self) -> Self::Release {
        "unit"
    }
}

fn main() {
    let mut store = Store::new();
    store.first_mut().push('2');
    assert_eq!(store.first().unwrap(), "web2");
    assert_eq!((store.deploy(), ().deploy()), ((1, 1), ("unit", "unit")));
    let shared = Rc::new(store);
    let again = Store::new();
    assert_eq!(shared.clone().shared(Pin::new(&again)), 2);
    assert_eq!(again.into_names().len(), 2);
    for (interface, calls) in [
        ("associated", 2),
        ("by reference", 1),
        ("by unique reference", 1),
        ("by value", 1),
        ("by smart pointer", 1),
        ("trait method", 2),
        ("trait default", 2),
    ] {
        assert_eq!(count(interface), Some(calls), "{interface}");
    }
}
