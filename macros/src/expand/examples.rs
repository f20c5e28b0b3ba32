// What the attributes generate, laid out to be read. A test compares it with what is generated;
// `body` stands for the body of the function.

// --- #[counted(interface = "/deploy")]
async fn deploy(order: Order) -> impl Responder {
    let __tallymark_site = {
        use ::tallymark::__private as p;
        static SITE: p::Site<p::Calls> = p::Site::new(p::Origin::new("/deploy"), p::Calls::new());
        p::link!(SITE);
        &SITE
    };
    let () = __tallymark_site.count();
    { body }
}

// --- #[counted(interface = "/deploy", name = "deploys_total", labels(app = order.app, env = "prod"))]
fn deploy(order: Order) {
    let __tallymark_site = {
        use ::tallymark::__private as p;
        static SITE: p::Labelled<p::Calls> = p::Labelled::new(
            p::Origin::new("/deploy").named(
                "deploys_total",
                p::None,
                &[("app", p::None), ("env", p::Some("prod"))]
            ),
            p::Calls::new()
        );
        p::link!(SITE);
        &SITE
    };
    let () = {
        #[allow(unused_imports)]
        use ::tallymark::__private::{DisplayText as _, StrText as _};
        __tallymark_site.count(&[(&&::tallymark::__private::Text(&(order.app))).__tallymark_text()])
    };
    { body }
}

// --- #[metric] #[cfg(unix)]
#[cfg(unix)]
pub static DEPLOYS: Counter<1> = Counter::new("deploys_total", "Deployments.", ["env"]);
#[cfg(unix)]
#[doc(hidden)]
#[non_exhaustive]
pub enum DEPLOYS {}
#[cfg(unix)]
impl ::tallymark::__private::LabelNames for DEPLOYS {
    const NAMES: &'static [&'static str] = &["env"];
}
#[cfg(unix)]
const _: () = {
    ::tallymark::__private::link!(DEPLOYS);
};

// --- #[counted(metric = DEPLOYS, interface = "/deploy", labels(app = order.app), outcome)]
fn deploy(order: Order) -> bool {
    let __tallymark_guard = {
        const _: () = ::tallymark::__private::known_label(
            <DEPLOYS as ::tallymark::__private::LabelNames>::NAMES,
            "interface"
        );
        const _: () = ::tallymark::__private::known_label(
            <DEPLOYS as ::tallymark::__private::LabelNames>::NAMES,
            "app"
        );
        const _: () = ::tallymark::__private::known_label(
            <DEPLOYS as ::tallymark::__private::LabelNames>::NAMES,
            "outcome"
        );
        const _: () = ::tallymark::__private::all_labels(
            <DEPLOYS as ::tallymark::__private::LabelNames>::NAMES,
            &["interface", "app", "outcome"]
        );
        #[allow(unused_imports)]
        use ::tallymark::__private::{DisplayText as _, StrText as _};
        ::tallymark::__private::outcomes_metric(
            &DEPLOYS,
            &const {
                ::tallymark::__private::order(
                    <DEPLOYS as ::tallymark::__private::LabelNames>::NAMES,
                    &["interface", "app", "outcome"]
                )
            },
            &[
                ::tallymark::__private::Cow::Borrowed("/deploy"),
                (&&::tallymark::__private::Text(&(order.app))).__tallymark_text()
            ]
        )
    }.begin();
    let __tallymark_value = ::tallymark::__private::call(|| -> bool { body });
    __tallymark_guard.end(::tallymark::__private::outcome!(function probe, __tallymark_value));
    __tallymark_value
}

// --- #[observed(buckets = [0.1, 1])] #[post("/deploy")]
#[post("/deploy")]
async fn deploy(order: Order) -> Result<Answer, Error> {
    let __tallymark_site = {
        use ::tallymark::__private as p;
        static SITE: p::Site<p::Observed<2usize>> = p::Site::new(
            p::Origin::new("/deploy").inferred(),
            p::Observed::new(p::Seconds::new([0.1f64, 1f64]))
        );
        p::link!(SITE);
        &SITE
    };
    let mut __tallymark_guard = __tallymark_site.handle().begin();
    #[allow(clippy::async_yields_async)]
    let __tallymark_value =
        ::tallymark::__private::Tracked::new(&mut __tallymark_guard, async move {
            if false {
                return ::tallymark::__private::never::<Result<Answer, Error>>();
            }
            { body }
        }).await;
    __tallymark_guard.end(::tallymark::__private::outcome!(handler probe, __tallymark_value));
    __tallymark_value
}

// --- #[observed(interface = "/deploy", buckets = [0.1, 1], objective(success = 99.9, latency_ms = 250))]
fn deploy() {
    let __tallymark_site = {
        use ::tallymark::__private as p;
        static SITE: p::Site<p::Observed<{ p::count_with(&[0.1f64, 1f64], 0.25f64) }>> =
            p::Site::new(
                p::Origin::new("/deploy").objective(
                    p::Objective::new().success(99.9f64).latency(0.25f64, 99f64)
                ),
                p::Observed::new(p::Seconds::with(&[0.1f64, 1f64], 0.25f64))
            );
        p::link!(SITE);
        &SITE
    };
    let __tallymark_guard = __tallymark_site.handle().begin();
    let __tallymark_value = ::tallymark::__private::call(|| -> () { body });
    __tallymark_guard.end(::tallymark::__private::outcome!(function probe, __tallymark_value));
    __tallymark_value
}
