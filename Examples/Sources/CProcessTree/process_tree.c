// Between fork and exec, and in the guard, only async-signal-safe functions are called: the caller
// has other threads.
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "process_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

extern char **environ;

static int wakeup = -1;

static void note_child(int number) {
    (void)number;
    int before = errno;
    (void)!write(wakeup, "c", 1);
    errno = before;
}

static void close_from(int first) {
#if defined(__linux__) && defined(SYS_close_range)
    if (syscall(SYS_close_range, (unsigned)first, ~0U, 0) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int descriptor = first; descriptor < limit; descriptor++) close(descriptor);
}

static void reset_signals(void) {
    for (int number = 1; number < NSIG; number++) {
        if (number != SIGKILL && number != SIGSTOP) signal(number, SIG_DFL);
    }
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
}

// A descriptor above the standard streams, so that dup2 does not overwrite it.
static int above(int descriptor) { return fcntl(descriptor, F_DUPFD, 16); }

static void run_command(char *const arguments[], char *const environment[], int streams[3],
                        int failed) {
    reset_signals();
#if defined(__linux__)
    // If the guard itself is killed, at least the command goes with it.
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() == 1) _exit(127);
#endif
    setpgid(0, 0);
    for (int stream = 0; stream < 3; stream++) {
        if (dup2(streams[stream], stream) < 0) goto failure;
    }
    fcntl(failed, F_SETFD, FD_CLOEXEC);
    if (dup2(failed, 3) < 0) goto failure;
    fcntl(3, F_SETFD, FD_CLOEXEC);
    close_from(4);
    failed = 3;
    environ = (char **)environment;
    execvp(arguments[0], arguments);
failure:;
    int error = errno;
    (void)!write(failed, &error, sizeof error);
    _exit(127);
}

// Waits for the command, and ends its group. Never returns.
static void guard(char *const arguments[], char *const environment[], int streams[3], int control,
                  int report) {
    struct process_tree_end end = {0, 0};
    int news[2], failed[2];
    reset_signals();
    for (int number = 1; number < NSIG; number++) {
        // Signals of a terminal are for the caller.
        if (number == SIGINT || number == SIGTERM || number == SIGHUP || number == SIGQUIT ||
            number == SIGPIPE || number == SIGTSTP)
            signal(number, SIG_IGN);
    }
    setpgid(0, 0);
    if (pipe(news) != 0 || pipe(failed) != 0) {
        end.failure = errno;
        (void)!write(report, &end, sizeof end);
        _exit(1);
    }
    wakeup = news[1];
    fcntl(wakeup, F_SETFL, O_NONBLOCK);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_child;
    action.sa_flags = SA_NOCLDSTOP;
    sigaction(SIGCHLD, &action, NULL);

    pid_t command = fork();
    if (command == 0) run_command(arguments, environment, streams, failed[1]);
    if (command < 0) {
        end.failure = errno;
        (void)!write(report, &end, sizeof end);
        _exit(1);
    }
    setpgid(command, command);
    close(failed[1]);
    for (int stream = 0; stream < 3; stream++) close(streams[stream]);
    int error = 0;
    ssize_t count;
    do {
        count = read(failed[0], &error, sizeof error);
    } while (count < 0 && errno == EINTR);
    if (count == (ssize_t)sizeof error) end.failure = error;

    struct pollfd sources[2] = {{control, POLLIN, 0}, {news[0], POLLIN, 0}};
    for (;;) {
        siginfo_t info;
        memset(&info, 0, sizeof info);
        // Not reaped yet: the id of the group stays taken until the group has been killed.
        if (waitid(P_PID, (id_t)command, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
            info.si_pid == command)
            break;
        if (poll(sources, 2, -1) < 0) continue;
        if (sources[0].revents != 0) {
            char order = PROCESS_TREE_KILL;
            ssize_t got = read(control, &order, 1);
            if (got < 0 && errno == EINTR) continue;
            kill(-command, got == 1 && order == PROCESS_TREE_TERMINATE ? SIGTERM : SIGKILL);
            if (got != 1) sources[0].fd = -1;
        }
        if (sources[1].revents != 0) {
            char ignored[16];
            (void)!read(news[0], ignored, sizeof ignored);
        }
    }
    kill(-command, SIGKILL);
    while (waitpid(command, &end.status, 0) < 0 && errno == EINTR) {
    }
    (void)!write(report, &end, sizeof end);
    _exit(0);
}

int process_tree_start(struct process_tree *tree, char *const arguments[], char *const environment[],
                       int input, int output, int error) {
    int control[2], report[2];
    if (pipe(control) != 0) return errno;
    if (pipe(report) != 0) {
        int failure = errno;
        close(control[0]);
        close(control[1]);
        return failure;
    }
    fcntl(control[1], F_SETFD, FD_CLOEXEC);
    fcntl(report[0], F_SETFD, FD_CLOEXEC);

    // No handler of the caller runs in the child before it has reset them.
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pid_t child = fork();
    int failure = errno;
    if (child == 0) {
        int kept[5] = {above(input), above(output), above(error), above(control[0]), above(report[1])};
        // Everything else belongs to the caller: its files, and the pipes of its other commands.
        for (int slot = 0; slot < 5; slot++) {
            if (kept[slot] < 0 || dup2(kept[slot], 3 + slot) < 0) _exit(1);
        }
        close_from(8);
        int streams[3] = {3, 4, 5};
        guard(arguments, environment, streams, 6, 7);
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    close(control[0]);
    close(report[1]);
    if (child < 0) {
        close(control[1]);
        close(report[0]);
        return failure;
    }
    tree->guard = child;
    tree->control = control[1];
    tree->report = report[0];
    return 0;
}
