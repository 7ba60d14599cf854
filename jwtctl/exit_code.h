#pragma once

namespace pamjwt::ctl {

/// The exit codes of the verbs, except status, keys, refresh and doctor: these return a Health
/// (jwtctl/daemon/health.h). `check` returns kOk or kUsage only.
enum ExitCode : int {
  kOk = 0,         ///< done; explain: accepted
  kNo = 1,         ///< could not be done; explain: refused; inspect: not a token
  kUsage = 2,      ///< the command line or the configuration is wrong
  kNoVerdict = 3,  ///< explain: this host lacks what the decision needs; all verbs: unforeseen
};

}  // namespace pamjwt::ctl
