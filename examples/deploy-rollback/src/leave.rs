use std::io;

use actix_web::dev::ServerHandle;

/// Has a service that shares its socket with others leave them at SIGTERM without a request that is lost.
///
/// Told to stop, a server closes the connections that it has accepted and not yet read a request of.
/// Those nobody else can answer. So it is told to accept no more first, then has the time to read what
/// it accepted, and stops then. At other signals it stops at once, as servers do.
#[cfg(unix)]
pub(crate) fn leave_to_others(server: &ServerHandle) -> io::Result<()> {
    use std::time::Duration;

    use actix_web::rt::signal::unix::{SignalKind, signal};
    use actix_web::rt::{spawn, time::sleep};

    /// Far longer than it takes to read a request that is there.
    const READING: Duration = Duration::from_millis(500);

    let mut terminated = signal(SignalKind::terminate())?;
    let leaving = server.clone();
    spawn(async move {
        terminated.recv().await;
        leaving.pause().await;
        sleep(READING).await;
        leaving.stop(true).await;
    });
    for kind in [SignalKind::interrupt(), SignalKind::quit()] {
        let mut ended = signal(kind)?;
        let ending = server.clone();
        spawn(async move {
            ended.recv().await;
            ending.stop(false).await;
        });
    }
    Ok(())
}

/// There are no others: a socket can be shared on Unix alone.
#[cfg(not(unix))]
pub(crate) fn leave_to_others(_server: &ServerHandle) -> io::Result<()> {
    Ok(())
}
