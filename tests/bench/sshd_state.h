#pragma once

#include <sys/types.h>

#include <string_view>

namespace pamjwt::bench {

/// A process like the one in which sshd calls PAM, at the time of that call.
/// docs/decisions/0063-what-the-benchmark-compares.md says how it was looked at:
///
/// - The library is initialised with its engines and its configuration.
/// - Host keys are loaded by functions of the old types, which fetch no method.
/// - kSshd9 used SHA-512, SHA-256 and AES-256-CTR to protect the host keys in memory.
/// - kSshd10 used SHA-512, to sign with a host key of type ed25519, and no other method.
/// - kSshd103 signed with that key by EVP, so that methods of keys and signatures are there.
/// - A child of the process talks to the client, and has made the key exchange. With kSshd9, the
///   child shares the memory of the process, so each page is copied when it is written to. With
///   later ones, the child is another program.
class SshdState {
 public:
  /// Makes this process like that of sshd, and looks `user` up. `process` is a name of
  /// sshd_process.h; nothing is done for kPlain. Ends this process if that fails.
  SshdState(std::string_view process, const char* user);
  ~SshdState();
  SshdState(const SshdState&) = delete;
  SshdState& operator=(const SshdState&) = delete;

 private:
  pid_t child_ = -1;  ///< the child that talks to the client, if it shares the memory
};

}  // namespace pamjwt::bench
