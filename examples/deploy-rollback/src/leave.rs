use std::time::Duration;

/// How long a connection may be idle.
pub(crate) const KEEP_ALIVE: Duration = Duration::from_secs(5);

/// How long a request that is under way is waited for, beyond the connections that are idle.
pub(crate) const REQUEST: Duration = Duration::from_secs(24);

#[cfg(unix)]
pub(crate) use self::unix::leave_to_others;

/// There are no others: a socket can be shared on Unix alone.
#[cfg(not(unix))]
pub(crate) fn leave_to_others(
    _server: &actix_web::dev::ServerHandle,
    _connections: std::sync::Arc<crate::connections::Connections>,
    _queue: Option<std::net::TcpListener>,
) -> std::io::Result<()> {
    Ok(())
}

/// Told to stop, a server closes whatever it has not begun to read a request of: the connections that its
/// thread goes on accepting until it hears of that, those that wait for a worker, and those whose first
/// request has not been read. What a client sent there is answered by a reset, and nobody else can
/// answer it. So before it is told, there must be none of them.
#[cfg(unix)]
mod unix {
    use std::io;
    use std::net::{Shutdown, TcpListener};
    use std::sync::Arc;
    use std::time::{Duration, Instant};

    use actix_web::dev::ServerHandle;
    use actix_web::rt::signal::unix::{SignalKind, signal};
    use actix_web::rt::{spawn, time::sleep};

    use super::KEEP_ALIVE;
    use crate::connections::Connections;

    /// For so long no worker has been given a connection: then none is on its way to one. Far longer
    /// than that way takes.
    const QUIET: Duration = Duration::from_millis(500);

    /// When every connection that is still open has had a request, whose answer was the last one, or
    /// been idle for so long that it is closed in a process that does not leave, too.
    const IDLE: Duration = KEEP_ALIVE.saturating_add(Duration::from_secs(1));

    const STEP: Duration = Duration::from_millis(20);

    /// Has a service that shares its socket with others leave them at SIGTERM without a request that is
    /// lost: it accepts no more, has each connection end with an answer that says so, and stops when
    /// none is left. At other signals it stops at once, as servers do.
    ///
    /// A queue of its own, if there is one, is closed at once, or connections would go on to come into it.
    pub(crate) fn leave_to_others(
        server: &ServerHandle,
        connections: Arc<Connections>,
        queue: Option<TcpListener>,
    ) -> io::Result<()> {
        let mut terminated = signal(SignalKind::terminate())?;
        let leaving = server.clone();
        spawn(async move {
            terminated.recv().await;
            connections.leave();
            leaving.pause().await;
            if let Some(queue) = queue {
                close(&queue);
            }
            wait_for_the_last(&connections).await;
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

    /// The kernel gives nothing more to it, and what is in it to others, if it is told to
    /// (`net.ipv4.tcp_migrate_req`).
    fn close(queue: &TcpListener) {
        if let Err(error) = socket2::SockRef::from(queue).shutdown(Shutdown::Read) {
            tracing::warn!(%error, "the socket cannot be left early");
        }
    }

    async fn wait_for_the_last(connections: &Connections) {
        let begun = Instant::now();
        let mut accepted = connections.accepted();
        let mut since = begun;
        loop {
            sleep(STEP).await;
            let now = connections.accepted();
            if now != accepted {
                (accepted, since) = (now, Instant::now());
            }
            let over = connections.count() == 0 || begun.elapsed() >= IDLE;
            if over && since.elapsed() >= QUIET {
                return;
            }
        }
    }
}
