#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include <cerrno>
#include <initializer_list>
#include <memory>

#include "core/base/openssl_ptr.h"
#include "jwks-fetcher/confine/sandbox.h"

namespace pamjwt::fetcher {
namespace {

using FilterPtr = std::unique_ptr<void, FreeWith<&seccomp_release>>;

/// The calls of the daemon, of libcurl and its threads that resolve names, of the C library and of
/// OpenSSL.
constexpr const char* kAllowed[] = {
    // files
    "access", "close", "dup", "dup3", "faccessat", "faccessat2", "fadvise64", "fchmod", "fchmodat",
    "fcntl", "fdatasync", "flock", "fstat", "fstatfs", "fsync", "ftruncate", "getcwd", "getdents64",
    "inotify_add_watch", "inotify_init1", "lseek", "lstat", "newfstatat", "open", "openat",
    "pread64", "pwrite64", "read", "readlink", "readlinkat", "readv", "rename", "renameat",
    "renameat2", "stat", "statfs", "statx", "umask", "unlink", "unlinkat", "write", "writev",
    // sockets and waiting
    "accept", "accept4", "bind", "connect", "epoll_create1", "epoll_ctl", "epoll_pwait",
    "epoll_wait", "eventfd2", "getpeername", "getsockname", "getsockopt", "ioctl", "listen", "pipe",
    "pipe2", "poll", "ppoll", "pselect6", "recvfrom", "recvmmsg", "recvmsg", "select", "sendmmsg",
    "sendmsg", "sendto", "setsockopt", "shutdown", "signalfd4",
    // memory
    "brk", "madvise", "mremap", "munmap",
    // threads, signals, time
    "arch_prctl", "clock_getres", "clock_gettime", "clock_nanosleep", "exit", "exit_group", "futex",
    "gettid", "gettimeofday", "membarrier", "nanosleep", "prctl", "restart_syscall", "rseq",
    "rt_sigaction", "rt_sigpending", "rt_sigprocmask", "rt_sigreturn", "sched_getaffinity",
    "sched_yield", "set_robust_list", "set_tid_address", "sigaltstack", "tgkill", "time",
    // information
    "getegid", "geteuid", "getgid", "getgroups", "getpid", "getppid", "getrandom", "getrlimit",
    "getrusage", "getuid", "prlimit64", "sysinfo", "uname"};

/// The calls that only an intruder would make.
constexpr const char* kDeadly[] = {"add_key",
                                   "bpf",
                                   "chroot",
                                   "execve",
                                   "execveat",
                                   "fork",
                                   "init_module",
                                   "finit_module",
                                   "io_uring_setup",
                                   "kexec_load",
                                   "keyctl",
                                   "mount",
                                   "open_by_handle_at",
                                   "perf_event_open",
                                   "pivot_root",
                                   "process_vm_readv",
                                   "process_vm_writev",
                                   "ptrace",
                                   "request_key",
                                   "setns",
                                   "umount2",
                                   "unshare",
                                   "userfaultfd",
                                   "vfork"};

scmp_arg_cmp Masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

/// Builds the filter. Once libseccomp has refused a rule, Load() fails.
class SystemCallFilter {
 public:
  SystemCallFilter() : context_(seccomp_init(SCMP_ACT_ERRNO(ENOSYS))) {}

  void Add(std::uint32_t action, const char* name,
           std::initializer_list<scmp_arg_cmp> conditions = {}) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;  // this libseccomp does not know the call
    ok_ = ok_ && context_ != nullptr &&
          seccomp_rule_add_array(context_.get(), action, number,
                                 static_cast<unsigned>(conditions.size()), conditions.begin()) == 0;
  }

  /// Allows memory that can be written or run, but not both. Libraries may still be loaded, since
  /// the resolver loads some.
  void AddMemory() {
    constexpr std::uint64_t kBoth = PROT_WRITE | PROT_EXEC;
    for (const std::uint64_t allowed :
         {std::uint64_t{PROT_NONE}, std::uint64_t{PROT_WRITE}, std::uint64_t{PROT_EXEC}}) {
      Add(SCMP_ACT_ALLOW, "mmap", {Masked(2, kBoth, allowed)});
      Add(SCMP_ACT_ALLOW, "mmap2", {Masked(2, kBoth, allowed)});
    }
    Add(SCMP_ACT_ALLOW, "mprotect", {Masked(2, PROT_EXEC, 0)});
  }

  /// Allows new threads. An attempt to make a new process ends this process. clone3() fails,
  /// because a filter cannot see its flags, which are in memory. The C library then calls clone().
  void AddThreads() {
    Add(SCMP_ACT_ALLOW, "clone", {Masked(0, CLONE_THREAD, CLONE_THREAD)});
    Add(SCMP_ACT_KILL_PROCESS, "clone", {Masked(0, CLONE_THREAD, 0)});
  }

  void AddSockets() {
    // AF_NETLINK: the resolver asks which addresses this host has.
    for (const int family : {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK}) {
      Add(SCMP_ACT_ALLOW, "socket", {{0, SCMP_CMP_EQ, static_cast<scmp_datum_t>(family), 0}});
    }
    Add(SCMP_ACT_ALLOW, "socketpair", {{0, SCMP_CMP_EQ, AF_UNIX, 0}});
  }

  /// Puts the filter in force. Errors: kInternal.
  Status Load() {
    if (ok_ && seccomp_load(context_.get()) == 0) return Ok();
    return Error{Reason::kInternal, "seccomp is not available"};
  }

 private:
  FilterPtr context_;
  bool ok_ = true;
};

}  // namespace

Status RestrictSystemCalls() {
  SystemCallFilter filter;
  for (const char* const name : kAllowed) {
    filter.Add(SCMP_ACT_ALLOW, name);
  }
  for (const char* const name : kDeadly) {
    filter.Add(SCMP_ACT_KILL_PROCESS, name);
  }
  filter.AddMemory();
  filter.AddThreads();
  filter.AddSockets();
  return filter.Load();
}

}  // namespace pamjwt::fetcher
