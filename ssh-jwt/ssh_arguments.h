#pragma once

#include <string>
#include <vector>

namespace pamjwt::ssh {

/// The wishes that the options on a command line of ssh express.
struct SshArguments {
  bool start_login = true;     ///< without `-G`, `-O`, `-Q` and `-V`
  bool log_to_syslog = false;  ///< `-y`
};

/// Reads the options of ssh's command line, as its getopt() does: in front of the host and behind
/// it, but not those of the remote command. An option that ssh does not know, or that lacks its
/// value, is left to ssh.
SshArguments ReadSshArguments(const std::vector<std::string>& arguments);

}  // namespace pamjwt::ssh
