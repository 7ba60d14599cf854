#include "fault/judge.h"

#include <algorithm>
#include <csignal>
#include <string_view>
#include <utility>

#include <security/pam_appl.h>

namespace pamjwt::fault {
namespace {

/// A call that may fail without an effect on the login. A star stands for any characters.
struct HarmlessCall {
  std::string_view failed;
  std::string_view why;
  std::string_view scenario = "*";  ///< the scenarios in which it is harmless
};

constexpr std::string_view kReadAgain = "what cannot be read is fetched anew, and read again";

constexpr std::string_view kNotRecorded = "the session has no record, or keeps it too long";

constexpr HarmlessCall kHarmless[] = {
    {"read (EINTR)", "is called again"},
    {"pread (EINTR)", "is called again"},
    {"send (EINTR)", "is called again"},
    {"send (EAGAIN)", "is called again when the socket takes something"},
    {"recv (EINTR)", "is called again"},
    {"recv (EAGAIN)", "is called again when there is something"},
    {"poll (EINTR)", "is called again"},
    {"connect (EINTR)", "is called again"},
    {"getpwnam_r (ERANGE)", "is called again, with more room"},
    {"close", "the file was read, and is closed all the same"},
    {"closedir", "the directory was read"},
    {"setsockopt (EIO)", "bounds how long connect() may wait, not what the daemon says"},
    {"clock_gettime CLOCK_MONOTONIC (EINVAL)", "of how long to wait, not of what is valid"},
    {"EVP_Q_digest", "names the jti in the log; not found in the denylist for it: see denied"},
    // A session goes on without its record, and a record without its process is stale.
    {"open (*", kNotRecorded, "recorded*"},
    {"openat *", kNotRecorded, "recorded*"},
    {"read *", kNotRecorded, "recorded*"},
    {"mkdir *", kNotRecorded, "recorded*"},
    {"chmod *", kNotRecorded, "recorded*"},
    {"fchmod *", kNotRecorded, "recorded*"},
    {"write *", kNotRecorded, "recorded*"},
    {"fsync*", kNotRecorded, "recorded*"},
    {"renameat *", kNotRecorded, "recorded*"},
    {"unlink*", kNotRecorded, "recorded*"},
    {"lstat *", kReadAgain, "*fetched"},
    {"open *", kReadAgain, "*fetched"},
    {"fstat *", kReadAgain, "*fetched"},
    {"pread *", kReadAgain, "*fetched"},
    {"pam_error", "whether the user was told something changes nothing"},
    {"*alloc (ENOMEM) in pam_error", "nor does it if the message had no memory"},
    {"malloc (ENOMEM) in pam_set_data", "to forget whom nobody has remembered"},
    {"malloc (ENOMEM) in pam_prompt", "of the translation of a message; the answer is there"},
    {"*alloc (ENOMEM) in pam_syslog", "a line of the log is lost"},
    {"*alloc (ENOMEM) in getpwnam_r", "the entry was found all the same"},
    // libcrypto keeps less in its caches, or asks a second time. Its results stay right, since the
    // scenarios of forged tokens show that no forged token is let in.
    {"malloc (ENOMEM) in EVP_*", "libcrypto did what it was to do without this memory"},
};

/// Returns whether a text matches a pattern of at most one star.
bool Matches(std::string_view text, std::string_view pattern) {
  const std::size_t star = pattern.find('*');
  if (star == std::string_view::npos) return text == pattern;
  const std::string_view end = pattern.substr(star + 1);
  return text.size() + 1 >= pattern.size() && text.starts_with(pattern.substr(0, star)) &&
         text.ends_with(end);
}

bool IsHarmless(const Scenario& scenario, std::string_view failed) {
  return std::any_of(std::begin(kHarmless), std::end(kHarmless), [&](const HarmlessCall& call) {
    return Matches(failed, call.failed) && Matches(scenario.name, call.scenario);
  });
}

Judgement Wrong(std::string what) {
  return {Verdict::kWrong, std::move(what)};
}

/// Returns the damage of a login that is wrong whatever its verdict was, or "".
std::string Damage(const Outcome& outcome) {
  if (outcome.signal == SIGALRM) return "hangs";
  if (outcome.signal != 0) return "dies of signal " + std::to_string(outcome.signal);
  if (!outcome.has_ended) return "exits";
  if (outcome.leaked.front() != '\0') return std::string("leaks ") + outcome.leaked.data();
  if (outcome.leaked_descriptor) return "leaves a descriptor open";
  if (outcome.left_openssl_errors) return "leaves errors of OpenSSL";
  return "";
}

std::string Show(const Outcome& outcome) {
  std::string codes;
  for (const int code : outcome.codes) {
    codes += " " + std::to_string(code);
  }
  return codes;
}

/// Judges a login whose token was not accepted: the later phases must leave nothing to the session,
/// and no other module may be asked.
Judgement JudgeRefusal(const Scenario& scenario, const Outcome& outcome) {
  const auto [auth, account, credentials, open, close] = outcome.codes;
  if (auth == PAM_SUCCESS || account == PAM_SUCCESS || credentials == PAM_SUCCESS) {
    return Wrong("succeeds:" + Show(outcome));
  }
  if (auth == PAM_CRED_INSUFFICIENT || auth == PAM_IGNORE) {
    return Wrong("passes the token on:" + Show(outcome));
  }
  // open_session gives a limit, and may fail after that.
  const bool has_limit = outcome.has_limit && !scenario.is_by_certificate;
  if (outcome.has_variables || has_limit) return Wrong("leaves something to the session");
  return {Verdict::kRefused, ""};
}

/// Returns whether a phase returned PAM_BUF_ERR, or no allocation of the module itself failed.
bool IsMemoryErrorSaid(const Outcome& outcome) {
  constexpr std::string_view kOwn = "malloc (ENOMEM)";
  return outcome.failed.data() != kOwn ||
         std::find(outcome.codes.begin(), outcome.codes.end(), PAM_BUF_ERR) != outcome.codes.end();
}

Judgement JudgeAcceptance(const Scenario& scenario, const Outcome& intact, const Outcome& outcome) {
  if (outcome.codes == intact.codes) {
    if (outcome.has_variables != intact.has_variables || outcome.has_limit != intact.has_limit) {
      return Wrong("leaves the session something else");
    }
    if (IsHarmless(scenario, outcome.failed.data())) return {Verdict::kHarmless, ""};
    return Wrong("goes on as if it had not failed");
  }
  if (!IsMemoryErrorSaid(outcome)) return Wrong("says no PAM_BUF_ERR:" + Show(outcome));
  // The user was authenticated, and then refused by a later phase.
  if (outcome.codes.front() == PAM_SUCCESS) return {Verdict::kRefused, ""};
  return JudgeRefusal(scenario, outcome);
}

}  // namespace

Judgement Judge(const Scenario& scenario, const Outcome& intact, const Outcome& outcome) {
  const std::string damage = Damage(outcome);
  if (!damage.empty()) return Wrong(damage);
  if (!scenario.is_accepted) return JudgeRefusal(scenario, outcome);
  return JudgeAcceptance(scenario, intact, outcome);
}

}  // namespace pamjwt::fault
