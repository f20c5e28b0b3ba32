/// The cells that a call is counted in: how they are laid out, and where they are.
#[derive(Debug)]
#[must_use]
pub struct At<L: 'static, P> {
    pub(super) layout: &'static L,
    pub(super) place: P,
}

impl<L, P> At<L, P> {
    #[inline]
    pub(crate) const fn new(layout: &'static L, place: P) -> Self {
        Self { layout, place }
    }
}
