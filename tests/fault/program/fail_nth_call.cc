// A library for LD_PRELOAD: lets one call of a program fail, and says which.
//
// PAMJWT_FAIL_PROGRAM  the short name of the program; others run as usual
// PAMJWT_FAIL_POINT    the number of the failure, from 1 on: a call that can fail in N ways counts
// as N PAMJWT_FAIL_LATER    "1": later calls of the same function fail too PAMJWT_FAIL_NOTE     a
// descriptor that gets the name of the call that failed
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <pwd.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <initializer_list>

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): names of libc

extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
}

namespace {

struct State {
  bool is_armed = false;
  bool is_later = false;
  long point = 0;
  long passed = 0;
  int note = -1;
  const char* failed = nullptr;  // the function that failed
  int error = 0;
};
constinit State state;

/// Returns the error with which this call fails, or 0.
int Failure(const char* name, std::initializer_list<int> errors) {
  if (!state.is_armed) return 0;
  if (state.failed != nullptr) {
    const bool fails_again = state.is_later && state.failed == name && state.error != EINTR;
    return fails_again ? state.error : 0;
  }
  for (const int error : errors) {
    if (++state.passed != state.point) continue;
    state.failed = name;
    state.error = error;
    const char* const errno_name = strerrorname_np(error);
    syscall(SYS_write, state.note, name, strlen(name));
    syscall(SYS_write, state.note, " ", 1);
    syscall(SYS_write, state.note, errno_name, strlen(errno_name));
    return error;
  }
  return 0;
}

template <typename R, typename Next, typename... Arguments>
R Pass(const char* name, R failure, std::initializer_list<int> errors, Next next,
       Arguments... arguments) {
  const int error = Failure(name, errors);
  if (error == 0) return next(arguments...);
  errno = error;
  return failure;
}

void (*crash_handler)(int) = nullptr;  // of the program

void NoteCrash(int signal) {
  syscall(SYS_write, state.note, " crash", 6);
  crash_handler(signal);
}

int NumberOf(const char* variable) {
  const char* const text = getenv(variable);
  return text == nullptr ? 0 : atoi(text);
}

__attribute__((constructor)) void Arm() {
  const char* const program = getenv("PAMJWT_FAIL_PROGRAM");
  if (program == nullptr || strcmp(program, program_invocation_short_name) != 0) return;
  state.point = NumberOf("PAMJWT_FAIL_POINT");
  state.is_later = NumberOf("PAMJWT_FAIL_LATER") == 1;
  state.note = NumberOf("PAMJWT_FAIL_NOTE");
  state.is_armed = true;
}

}  // namespace

#define IN_PLACE_OF extern "C" __attribute__((visibility("default")))
#define NEXT(name)                                                                        \
  ([] {                                                                                   \
    static auto* const next = reinterpret_cast<decltype(&name)>(dlsym(RTLD_NEXT, #name)); \
    return next;                                                                          \
  }())

IN_PLACE_OF void* malloc(std::size_t size) noexcept {
  return Pass<void*>("malloc", nullptr, {ENOMEM}, __libc_malloc, size);
}
IN_PLACE_OF void* calloc(std::size_t count, std::size_t size) noexcept {
  return Pass<void*>("calloc", nullptr, {ENOMEM}, __libc_calloc, count, size);
}
IN_PLACE_OF void* realloc(void* memory, std::size_t size) noexcept {
  return Pass<void*>("realloc", nullptr, {ENOMEM}, __libc_realloc, memory, size);
}

IN_PLACE_OF int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Pass<int>("open", -1, {EACCES, EMFILE}, NEXT(open), path, flags, mode);
}
IN_PLACE_OF int __open_2(const char* path, int flags) {
  return Pass<int>("open", -1, {EACCES, EMFILE}, NEXT(open), path, flags);
}
IN_PLACE_OF int close(int fd) {
  const int error = Failure("close", {EIO});
  const int result = NEXT(close)(fd);
  if (error == 0) return result;
  errno = error;
  return -1;
}
IN_PLACE_OF int dup(int fd) noexcept {
  return Pass<int>("dup", -1, {EMFILE}, NEXT(dup), fd);
}
IN_PLACE_OF int dup2(int from, int to) noexcept {
  return Pass<int>("dup2", -1, {EMFILE}, NEXT(dup2), from, to);
}
IN_PLACE_OF ssize_t read(int fd, void* buffer, std::size_t size) {
  return Pass<ssize_t>("read", -1, {EIO, EINTR}, NEXT(read), fd, buffer, size);
}
IN_PLACE_OF ssize_t __read_chk(int fd, void* buffer, std::size_t size, std::size_t /*room*/) {
  return Pass<ssize_t>("read", -1, {EIO, EINTR}, NEXT(read), fd, buffer, size);
}
IN_PLACE_OF ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) {
  return Pass<ssize_t>("pread", -1, {EIO, EINTR}, NEXT(pread), fd, buffer, size, offset);
}
IN_PLACE_OF ssize_t write(int fd, const void* data, std::size_t size) {
  return Pass<ssize_t>("write", -1, {EPIPE, EINTR, ENOSPC}, NEXT(write), fd, data, size);
}
IN_PLACE_OF int stat(const char* path, struct stat* status) noexcept {
  return Pass<int>("stat", -1, {EACCES}, NEXT(stat), path, status);
}
IN_PLACE_OF int fstat(int fd, struct stat* status) noexcept {
  return Pass<int>("fstat", -1, {EIO}, NEXT(fstat), fd, status);
}
IN_PLACE_OF int lstat(const char* path, struct stat* status) noexcept {
  return Pass<int>("lstat", -1, {EACCES}, NEXT(lstat), path, status);
}
IN_PLACE_OF ssize_t readlink(const char* path, char* buffer, std::size_t size) noexcept {
  return Pass<ssize_t>("readlink", -1, {EACCES}, NEXT(readlink), path, buffer, size);
}
IN_PLACE_OF char* realpath(const char* path, char* resolved) noexcept {
  return Pass<char*>("realpath", nullptr, {EACCES}, NEXT(realpath), path, resolved);
}
IN_PLACE_OF char* __realpath_chk(const char* path, char* resolved, std::size_t /*room*/) noexcept {
  return Pass<char*>("realpath", nullptr, {EACCES}, NEXT(realpath), path, resolved);
}
IN_PLACE_OF DIR* fdopendir(int fd) {
  return Pass<DIR*>("fdopendir", nullptr, {ENOMEM}, NEXT(fdopendir), fd);
}
IN_PLACE_OF dirent* readdir(DIR* directory) {
  return Pass<dirent*>("readdir", nullptr, {EIO}, NEXT(readdir), directory);
}
IN_PLACE_OF int getpwnam_r(const char* name, passwd* entry, char* buffer, std::size_t size,
                           passwd** found) {
  const int error = Failure("getpwnam_r", {EIO, ERANGE});
  if (error == 0) return NEXT(getpwnam_r)(name, entry, buffer, size, found);
  *found = nullptr;
  return error;
}
IN_PLACE_OF int socket(int domain, int type, int protocol) noexcept {
  return Pass<int>("socket", -1, {EMFILE}, NEXT(socket), domain, type, protocol);
}
IN_PLACE_OF int clock_gettime(clockid_t clock, timespec* now) noexcept {
  return Pass<int>("clock_gettime", -1, {EINVAL}, NEXT(clock_gettime), clock, now);
}
IN_PLACE_OF int sigaction(int signal, const struct sigaction* action,
                          struct sigaction* old) noexcept {
  if (!state.is_armed || signal != SIGSEGV || action == nullptr) {
    return NEXT(sigaction)(signal, action, old);
  }
  crash_handler = action->sa_handler;
  struct sigaction noting = *action;
  noting.sa_handler = NoteCrash;
  return NEXT(sigaction)(signal, &noting, old);
}
IN_PLACE_OF int setrlimit(__rlimit_resource_t resource, const rlimit* limit) noexcept {
  return Pass<int>("setrlimit", -1, {EPERM}, NEXT(setrlimit), resource, limit);
}
IN_PLACE_OF int pipe2(int* ends, int flags) noexcept {
  return Pass<int>("pipe2", -1, {EMFILE}, NEXT(pipe2), ends, flags);
}
IN_PLACE_OF pid_t fork() noexcept {
  return Pass<pid_t>("fork", -1, {EAGAIN}, NEXT(fork));
}
IN_PLACE_OF int execv(const char* path, char* const* words) noexcept {
  return Pass<int>("execv", -1, {EACCES}, NEXT(execv), path, words);
}
IN_PLACE_OF pid_t waitpid(pid_t process, int* status, int options) {
  return Pass<pid_t>("waitpid", -1, {EINTR, ECHILD}, NEXT(waitpid), process, status, options);
}
IN_PLACE_OF void* dlopen(const char* path, int flags) noexcept {
  return Pass<void*>("dlopen", nullptr, {ENOENT}, NEXT(dlopen), path, flags);
}

// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
