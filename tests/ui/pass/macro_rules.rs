use tallymark::counted;
use tallymark_tests::count;

// Pasted fragments reach the attribute inside invisible groups.
macro_rules! handler {
    ($visibility:vis $name:ident, $interface:literal, $of:ty, $body:block) => {
        #[counted(interface = $interface)]
        $visibility fn $name() -> $of $body
    };
}

handler!(pub private, "literal", u8, { 1 });
handler!(public, "no visibility", &'static (dyn Fn() -> u8 + Sync), { &|| 2 });

macro_rules! item {
    ($item:item) => {
        #[counted(interface = "item")]
        $item
    };
}

item! {
    /// Documented.
    pub(crate) async fn item() {}
}

macro_rules! abi {
    ($abi:literal) => {
        #[counted(interface = "abi")]
        extern $abi fn abi() {}
    };
}

abi!("C");

fn main() {
    assert_eq!((private(), public()()), (1, 2));
    actix_web::rt::System::new().block_on(item());
    abi();
    for interface in ["literal", "no visibility", "item", "abi"] {
        assert_eq!(count(interface), Some(1), "{interface}");
    }
}
