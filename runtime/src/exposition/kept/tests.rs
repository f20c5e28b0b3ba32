use super::*;
use crate::exposition::Names;
use crate::exposition::protobuf::Protobuf;
use crate::exposition::text::Text;
use crate::metrics::{Counter, Gauge, Histogram};
use crate::registry::Registry;

/// Exposes with what is kept, and checks that it is what is exposed anew.
fn expose(kept: &mut Kept, registry: &Registry) -> String {
    registry.gather(|snapshot| {
        let names = Names::default();
        let admit = |family: &Family<'_>| names.admit(family.name, family.kind);
        let pieces = kept.expose(&Text::Prometheus, snapshot, admit).concat();
        assert_eq!(Kept::default().expose(&Text::Prometheus, snapshot, admit).concat(), pieces);
        String::from_utf8(pieces).expect("text")
    })
}

fn protobuf(kept: &mut Kept, registry: &Registry) -> Vec<Bytes> {
    registry.gather(|snapshot| {
        let pieces = kept.expose(&Protobuf, snapshot, |_| true);
        let anew = Kept::default().expose(&Protobuf, snapshot, |_| true);
        assert_eq!(anew.concat(), pieces.concat());
        pieces
    })
}

#[test]
fn numbers_that_grow_move_what_is_behind_them() {
    let calls: Counter<1> = Counter::owned("calls_total", "Calls.", ["app"]).expect("valid");
    let heat: Gauge<1> = Gauge::owned("heat", "Heat.", ["room"]).expect("valid");
    let sizes: Histogram<1> =
        Histogram::owned("size_bytes", "Sizes.", ["app"], Some(&[1.0, 10.0])).expect("valid");
    let registry = Registry::new();
    for metric in [registry.register(&calls), registry.register(&heat), registry.register(&sizes)] {
        metric.expect("registered");
    }
    // More than one segment.
    let apps: Vec<String> = (0..1500).map(|app| format!("app-{app:04}")).collect();
    for app in &apps {
        calls.with([app]).inc();
    }
    let (mut kept, mut other) = (Kept::default(), Kept::default());
    let mut state = 1_u64;
    for round in 0..40_u32 {
        for _ in 0..60 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            let random = state >> 33;
            let app = &apps[usize::try_from(random % 1500).expect("small")];
            calls.with([app]).inc_by(1 << (random % 20));
            heat.with([app]).set(f64::from(round) / 3.0 - 5.0);
            sizes.with([app]).observe(f64::from(round) / 2.0);
        }
        if round % 7 == 3 {
            calls.remove([&apps[usize::try_from(round).expect("small")]]);
        }
        let text = expose(&mut kept, &registry);
        assert_eq!(text.matches("# TYPE").count(), 5, "{round}");
        protobuf(&mut other, &registry);
    }
}

#[test]
fn what_is_still_read_is_not_written_over() {
    let calls: Counter = Counter::owned("calls_total", "Calls.", []).expect("valid");
    let registry = Registry::new();
    registry.register(&calls).expect("registered");
    let mut kept = Kept::default();
    let first = protobuf(&mut kept, &registry);
    let before = first.concat();
    for _ in 0..3 {
        calls.inc();
        assert_ne!(protobuf(&mut kept, &registry).concat(), before);
    }
    assert_eq!(first.concat(), before);
}

#[test]
fn segments_that_nobody_reads_are_used_again() {
    let calls: Counter = Counter::owned("calls_total", "Calls.", []).expect("valid");
    let registry = Registry::new();
    registry.register(&calls).expect("registered");
    let mut kept = Kept::default();
    let address = |kept: &mut Kept| protobuf(kept, &registry)[0].as_ptr();
    let first = address(&mut kept);
    calls.inc();
    assert_eq!(address(&mut kept), first);
}
