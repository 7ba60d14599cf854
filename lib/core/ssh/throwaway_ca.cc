#include "core/ssh/throwaway_ca.h"

#include <cstddef>

#include "core/ssh/private_key.h"
#include "core/ssh/public_key.h"
#include "core/ssh/wire.h"

namespace pamjwt {

Result<ThrowawayCa> ThrowawayCa::Make() {
  Result<P256Key> key = P256Key::Make();
  if (!key.ok()) return std::move(key).error();
  Result<SshPublicKey> public_key = SshPublicKeyOf(key.value());
  if (!public_key.ok()) return std::move(public_key).error();
  return ThrowawayCa(std::move(key).value(), std::move(public_key).value().blob);
}

Result<Bytes> ThrowawayCa::Sign(ByteView message) const {
  const Result<Bytes> numbers = key_.Sign(message);
  if (!numbers.ok()) return numbers.error();
  const std::size_t half = numbers.value().size() / 2;
  WireWriter pair;
  pair.PositiveMpint(ByteView(numbers.value()).first(half));
  pair.PositiveMpint(ByteView(numbers.value()).subspan(half));
  WireWriter signature;
  signature.Text(Name(SshKeyType::kP256));
  signature.String(pair.bytes());
  return signature.bytes();
}

}  // namespace pamjwt
