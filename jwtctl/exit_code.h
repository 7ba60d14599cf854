#pragma once

namespace pamjwt::ctl {

/// What verbs exit with, but status, keys and refresh, which return a Health (jwtctl/health.h).
/// `check` has kOk and kUsage alone: good or not.
enum ExitCode : int {
  kOk = 0,         // done; explain: accepted
  kNo = 1,         // could not be done; explain: refused; inspect: no token
  kUsage = 2,      // the command line or the configuration
  kNoVerdict = 3,  // explain: this machine lacks what the decision needs; all: the unforeseen
};

}  // namespace pamjwt::ctl
