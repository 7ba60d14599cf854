// The functions of libc that the module calls, except those for memory and strings, and those that
// cannot fail, such as getuid(). A call that may be interrupted also fails with EINTR.
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>

#include "fault/faults.h"

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): names of libc

using pamjwt::fault::Call;
using pamjwt::fault::Pass;

PAMJWT_IN_PLACE_OF int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Pass<int>("open", PAMJWT_CALLER, -1, {EACCES, EMFILE, EIO}, PAMJWT_NEXT(open), path, flags,
                   mode);
}

// In an optimised build the compiler calls this in place of open(), to check for O_CREAT.
PAMJWT_IN_PLACE_OF int __open_2(const char* path, int flags) {
  return Pass<int>("open", PAMJWT_CALLER, -1, {EACCES, EMFILE, EIO}, PAMJWT_NEXT(open), path,
                   flags);
}

PAMJWT_IN_PLACE_OF int openat(int directory, const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return Pass<int>("openat", PAMJWT_CALLER, -1, {EROFS, ENOSPC}, PAMJWT_NEXT(openat), directory,
                   path, flags, mode);
}

PAMJWT_IN_PLACE_OF int mkdir(const char* path, mode_t mode) noexcept {
  return Pass<int>("mkdir", PAMJWT_CALLER, -1, {EROFS, ENOSPC}, PAMJWT_NEXT(mkdir), path, mode);
}

PAMJWT_IN_PLACE_OF int chmod(const char* path, mode_t mode) noexcept {
  return Pass<int>("chmod", PAMJWT_CALLER, -1, {EROFS}, PAMJWT_NEXT(chmod), path, mode);
}

PAMJWT_IN_PLACE_OF int fchmod(int fd, mode_t mode) noexcept {
  return Pass<int>("fchmod", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(fchmod), fd, mode);
}

PAMJWT_IN_PLACE_OF ssize_t write(int fd, const void* data, std::size_t size) {
  return Pass<ssize_t>("write", PAMJWT_CALLER, -1, {ENOSPC, EINTR}, PAMJWT_NEXT(write), fd, data,
                       size);
}

PAMJWT_IN_PLACE_OF int fsync(int fd) {
  return Pass<int>("fsync", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(fsync), fd);
}

PAMJWT_IN_PLACE_OF int renameat(int from_directory, const char* from, int to_directory,
                                const char* to) noexcept {
  return Pass<int>("renameat", PAMJWT_CALLER, -1, {EROFS}, PAMJWT_NEXT(renameat), from_directory,
                   from, to_directory, to);
}

PAMJWT_IN_PLACE_OF int unlinkat(int directory, const char* path, int flags) noexcept {
  return Pass<int>("unlinkat", PAMJWT_CALLER, -1, {EROFS}, PAMJWT_NEXT(unlinkat), directory, path,
                   flags);
}

PAMJWT_IN_PLACE_OF int unlink(const char* path) noexcept {
  return Pass<int>("unlink", PAMJWT_CALLER, -1, {EROFS}, PAMJWT_NEXT(unlink), path);
}

PAMJWT_IN_PLACE_OF int close(int fd) {
  const Call call("close", PAMJWT_CALLER, 1);
  const int result = PAMJWT_NEXT(close)(fd);  // close(2): the descriptor is closed even on failure
  return call.fails() ? -1 : result;
}

PAMJWT_IN_PLACE_OF int stat(const char* path, struct stat* status) noexcept {
  return Pass<int>("stat", PAMJWT_CALLER, -1, {EACCES, EIO}, PAMJWT_NEXT(stat), path, status);
}

PAMJWT_IN_PLACE_OF int fstat(int fd, struct stat* status) noexcept {
  return Pass<int>("fstat", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(fstat), fd, status);
}

PAMJWT_IN_PLACE_OF int lstat(const char* path, struct stat* status) noexcept {
  return Pass<int>("lstat", PAMJWT_CALLER, -1, {EACCES, EIO}, PAMJWT_NEXT(lstat), path, status);
}

PAMJWT_IN_PLACE_OF int faccessat(int directory, const char* path, int mode, int flags) noexcept {
  return Pass<int>("faccessat", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(faccessat), directory, path,
                   mode, flags);
}

PAMJWT_IN_PLACE_OF int fcntl(int fd, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* const argument = va_arg(arguments, void*);
  va_end(arguments);
  return Pass<int>("fcntl", PAMJWT_CALLER, -1, {EMFILE}, PAMJWT_NEXT(fcntl), fd, command, argument);
}

PAMJWT_IN_PLACE_OF ssize_t read(int fd, void* buffer, std::size_t size) {
  return Pass<ssize_t>("read", PAMJWT_CALLER, -1, {EIO, EINTR}, PAMJWT_NEXT(read), fd, buffer,
                       size);
}

PAMJWT_IN_PLACE_OF ssize_t pread(int fd, void* buffer, std::size_t size, off_t offset) {
  return Pass<ssize_t>("pread", PAMJWT_CALLER, -1, {EIO, EINTR}, PAMJWT_NEXT(pread), fd, buffer,
                       size, offset);
}

PAMJWT_IN_PLACE_OF DIR* fdopendir(int fd) {
  return Pass<DIR*>("fdopendir", PAMJWT_CALLER, nullptr, {ENOMEM}, PAMJWT_NEXT(fdopendir), fd);
}

PAMJWT_IN_PLACE_OF dirent* readdir(DIR* directory) {
  return Pass<dirent*>("readdir", PAMJWT_CALLER, nullptr, {EIO}, PAMJWT_NEXT(readdir), directory);
}

PAMJWT_IN_PLACE_OF int getpwnam_r(const char* name, passwd* entry, char* buffer, std::size_t size,
                                  passwd** found) {
  constexpr int kErrors[] = {EIO, EPERM, ERANGE};
  const Call call("getpwnam_r", PAMJWT_CALLER, kErrors);
  if (!call.fails()) return PAMJWT_NEXT(getpwnam_r)(name, entry, buffer, size, found);
  *found = nullptr;
  return errno;
}

PAMJWT_IN_PLACE_OF int socket(int domain, int type, int protocol) noexcept {
  return Pass<int>("socket", PAMJWT_CALLER, -1, {EMFILE, EACCES}, PAMJWT_NEXT(socket), domain, type,
                   protocol);
}

PAMJWT_IN_PLACE_OF int connect(int fd, const sockaddr* address, socklen_t size) {
  return Pass<int>("connect", PAMJWT_CALLER, -1, {ECONNREFUSED, EACCES, EINTR},
                   PAMJWT_NEXT(connect), fd, address, size);
}

PAMJWT_IN_PLACE_OF int getsockopt(int fd, int level, int option, void* value,
                                  socklen_t* size) noexcept {
  return Pass<int>("getsockopt", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(getsockopt), fd, level,
                   option, value, size);
}

PAMJWT_IN_PLACE_OF int setsockopt(int fd, int level, int option, const void* value,
                                  socklen_t size) noexcept {
  return Pass<int>("setsockopt", PAMJWT_CALLER, -1, {EIO}, PAMJWT_NEXT(setsockopt), fd, level,
                   option, value, size);
}

PAMJWT_IN_PLACE_OF int poll(pollfd* fds, nfds_t count, int timeout_ms) {
  return Pass<int>("poll", PAMJWT_CALLER, -1, {ENOMEM, EINTR}, PAMJWT_NEXT(poll), fds, count,
                   timeout_ms);
}

PAMJWT_IN_PLACE_OF ssize_t send(int fd, const void* data, std::size_t size, int flags) {
  return Pass<ssize_t>("send", PAMJWT_CALLER, -1, {EPIPE, EINTR, EAGAIN}, PAMJWT_NEXT(send), fd,
                       data, size, flags);
}

PAMJWT_IN_PLACE_OF ssize_t recv(int fd, void* buffer, std::size_t size, int flags) {
  return Pass<ssize_t>("recv", PAMJWT_CALLER, -1, {ECONNRESET, EINTR, EAGAIN}, PAMJWT_NEXT(recv),
                       fd, buffer, size, flags);
}

PAMJWT_IN_PLACE_OF int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const char* const name =
      clock == CLOCK_REALTIME ? "clock_gettime" : "clock_gettime CLOCK_MONOTONIC";
  return Pass<int>(name, PAMJWT_CALLER, -1, {EINVAL}, PAMJWT_NEXT(clock_gettime), clock, now);
}

// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
