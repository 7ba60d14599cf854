#pragma once

namespace pamjwt::ctl {

/// The exit codes of the verbs, except status, keys, refresh and doctor: these return a Health
/// (jwtctl/daemon/health.h). `check` returns kOk or kUsage only.
enum ExitCode : int {
  kOk = 0,         ///< done; explain: accepted
  kNo = 1,         ///< not done, or taken back; explain: refused; inspect: not a token
  kUsage = 2,      ///< the command line or the configuration is wrong; enable, disable: a refusal
  kNoVerdict = 3,  ///< explain: a fault of this host; every verb: an unforeseen error, or no output
};

}  // namespace pamjwt::ctl
