use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::cells::{Entered, enter};
use crate::labelled::{Cache, exchange};
use crate::registry::Registry;

impl Registry {
    /// Counts what this thread counts in the meantime for this registry, if it is
    /// [isolated](Self::isolated), and for nobody else; any other registry stands for the process.
    ///
    /// What other threads count is not affected, those that are started in here included: they count
    /// for the process, unless they enter the scope themselves. See [`testing`](crate::testing).
    ///
    /// ```
    /// use tallymark::{Registry, counted};
    ///
    /// #[counted(interface = "/deploy")]
    /// fn deploy() {}
    ///
    /// deploy();
    /// let registry = Registry::isolated();
    /// registry.scope(deploy);
    /// let labels = [("interface", "/deploy")];
    /// assert_eq!(registry.counter_value("request_processing_total", &labels), Some(1));
    /// ```
    pub fn scope<T>(&self, body: impl FnOnce() -> T) -> T {
        let _scope = Scope::enter(self);
        body()
    }

    /// Counts what is counted while this future is polled for this registry, as
    /// [`scope`](Self::scope) does.
    ///
    /// A task that the future spawns is polled by itself, and counts for the process unless it is
    /// put in the scope too.
    ///
    /// ```
    /// use tallymark::{Registry, counted};
    ///
    /// #[counted(interface = "/deploy")]
    /// async fn deploy() {}
    ///
    /// # actix_web::rt::System::new().block_on(async {
    /// let registry = Registry::isolated();
    /// registry.scope_async(deploy()).await;
    /// let labels = [("interface", "/deploy")];
    /// assert_eq!(registry.counter_value("request_processing_total", &labels), Some(1));
    /// # });
    /// ```
    pub fn scope_async<F: Future>(&self, future: F) -> ScopedFuture<F> {
        ScopedFuture { registry: self.clone(), future: Some(future) }
    }
}

pin_project_lite::pin_project! {
    /// The future of [`Registry::scope_async`].
    #[derive(Debug)]
    #[must_use = "a future does nothing unless it is polled"]
    pub struct ScopedFuture<F> {
        registry: Registry,
        #[pin]
        future: Option<F>,
    }

    impl<F> PinnedDrop for ScopedFuture<F> {
        fn drop(this: Pin<&mut Self>) {
            // A call that is dropped with it is counted where it began.
            let mut this = this.project();
            let _scope = Scope::enter(this.registry);
            this.future.set(None);
        }
    }
}

impl<F: Future> Future for ScopedFuture<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _scope = Scope::enter(this.registry);
        match this.future.as_pin_mut() {
            Some(future) => future.poll(context),
            // It is there until this is dropped.
            None => Poll::Pending,
        }
    }
}

/// What a thread goes back to at the end of a scope.
struct Scope {
    cache: Cache,
    // Dropped before the registry is, whose cells the thread gives back then.
    _entered: Entered,
    _registry: Registry,
}

impl Scope {
    fn enter(registry: &Registry) -> Self {
        // The children that are found in the scope are named there.
        let cache = exchange(Cache::default());
        Self { cache, _entered: enter(registry.inner.store()), _registry: registry.clone() }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        // What it held goes while the thread is still in the scope.
        drop(exchange(std::mem::take(&mut self.cache)));
    }
}
