#include "jwt-sso/browser/opener.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "jwt-sso/browser/browser_commands.h"

namespace pamjwt::sso {
namespace {

std::string Variable(const char* name) {
  const char* const value = getenv(name);
  return value == nullptr ? "" : value;
}

/// The settings with which a browser starts. It has nothing of this process but the environment of
/// the user: no terminal, no descriptor, no signal that is blocked or ignored.
class DetachedSettings {
 public:
  DetachedSettings() {
    posix_spawn_file_actions_init(&files_);
    posix_spawn_file_actions_addopen(&files_, STDIN_FILENO, "/dev/null", O_RDWR, 0);
    posix_spawn_file_actions_adddup2(&files_, STDIN_FILENO, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files_, STDIN_FILENO, STDERR_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files_, STDERR_FILENO + 1);
    sigset_t none;
    sigemptyset(&none);
    sigset_t all;
    sigfillset(&all);
    posix_spawnattr_init(&attributes_);
    posix_spawnattr_setsigmask(&attributes_, &none);
    posix_spawnattr_setsigdefault(&attributes_, &all);
    posix_spawnattr_setflags(&attributes_,
                             POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  DetachedSettings(const DetachedSettings&) = delete;
  DetachedSettings& operator=(const DetachedSettings&) = delete;
  ~DetachedSettings() {
    posix_spawn_file_actions_destroy(&files_);
    posix_spawnattr_destroy(&attributes_);
  }

  /// Starts a program, which is looked for in PATH. Returns whether it could be started.
  [[nodiscard]] bool Start(std::vector<std::string> command) const {
    std::vector<char*> argv;
    argv.reserve(command.size() + 1);
    for (std::string& word : command) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = -1;
    return posix_spawnp(&pid, argv.front(), &files_, &attributes_, argv.data(), environ) == 0;
  }

 private:
  posix_spawn_file_actions_t files_{};
  posix_spawnattr_t attributes_{};
};

Error NoBrowser(const BrowserSettings& settings) {
  if (!settings.browser.empty()) {
    return {Reason::kInternal, "no program of $BROWSER can be started"};
  }
  if (!settings.has_display) {
    return {Reason::kInternal, "there is no graphical session, and $BROWSER is not set"};
  }
  return {Reason::kInternal, "there is no xdg-open to start a browser, and $BROWSER is not set"};
}

}  // namespace

Status OpenBrowser(const std::string& address) {
  const bool has_display = !Variable("WAYLAND_DISPLAY").empty() || !Variable("DISPLAY").empty();
  const BrowserSettings settings{Variable("BROWSER"), has_display};
  const DetachedSettings detached;
  for (std::vector<std::string>& command : BrowserCommands(settings, address)) {
    if (detached.Start(std::move(command))) return Ok();
  }
  return NoBrowser(settings);
}

}  // namespace pamjwt::sso
