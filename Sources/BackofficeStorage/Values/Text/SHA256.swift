/// The SHA-256 hash function of FIPS 180-4.
///
/// It is implemented here because this module depends on SQLite alone.
///
/// It uses pointers and plain loops: a program may hash a thousand files at each start, and other
/// code is 20 times slower in unoptimized builds.
package enum SHA256 {
  /// The digest of `bytes` in lower-case hexadecimal digits.
  package static func hexDigest(of bytes: [UInt8]) -> String {
    var state = initialState
    let whole = bytes.count & ~63
    unsafe state.withUnsafeMutableBufferPointer { state in
      unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 64) { schedule in
        unsafe roundConstants.withUnsafeBufferPointer { constants in
          unsafe bytes.withUnsafeBufferPointer { message in
            var block = 0
            while block < whole {
              unsafe expand(message, from: block, into: schedule)
              unsafe compress(schedule, constants, into: state)
              block &+= 64
            }
          }
          let rest = padded(bytes[whole...], bitCount: UInt64(bytes.count) * 8)
          unsafe rest.withUnsafeBufferPointer { message in
            var block = 0
            while block < message.count {
              unsafe expand(message, from: block, into: schedule)
              unsafe compress(schedule, constants, into: state)
              block &+= 64
            }
          }
        }
      }
    }
    return hexDigits(state)
  }

  /// The padded end of a message: a one bit, zeros, and the message length (5.1.1).
  private static func padded(_ end: ArraySlice<UInt8>, bitCount: UInt64) -> [UInt8] {
    var bytes = Array(end)
    bytes.append(0x80)
    bytes.append(contentsOf: repeatElement(0, count: (bytes.count > 56 ? 120 : 56) - bytes.count))
    for shift in stride(from: 56, through: 0, by: -8) {
      bytes.append(UInt8(truncatingIfNeeded: bitCount >> UInt64(shift)))
    }
    return bytes
  }

  private static func hexDigits(_ state: [UInt32]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    text.reserveCapacity(64)
    for word in state {
      for shift in stride(from: 28, through: 0, by: -4) {
        text.append(digits[Int(word >> UInt32(shift) & 0xf)])
      }
    }
    return String(decoding: text, as: UTF8.self)
  }

  /// Expands the 16 words of a block to the 64 words of its schedule (6.2.2, step 1).
  private static func expand(
    _ message: UnsafeBufferPointer<UInt8>, from block: Int,
    into schedule: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard let bytes = message.baseAddress, let words = schedule.baseAddress else { return }
    var index = 0
    while index < 16 {
      let start = unsafe bytes + (block &+ index &* 4)
      unsafe words[index] =
        UInt32(truncatingIfNeeded: start[0]) &<< 24 | UInt32(truncatingIfNeeded: start[1]) &<< 16
        | UInt32(truncatingIfNeeded: start[2]) &<< 8 | UInt32(truncatingIfNeeded: start[3])
      index &+= 1
    }
    while index < 64 {
      let early = unsafe words[index &- 15]
      let late = unsafe words[index &- 2]
      let first =
        (early &>> 7 | early &<< 25) ^ (early &>> 18 | early &<< 14) ^ early &>> 3
      let second = (late &>> 17 | late &<< 15) ^ (late &>> 19 | late &<< 13) ^ late &>> 10
      unsafe words[index] = words[index &- 16] &+ first &+ words[index &- 7] &+ second
      index &+= 1
    }
  }

  /// Mixes a schedule into the state (6.2.2, steps 2 to 4).
  private static func compress(
    _ schedule: UnsafeMutableBufferPointer<UInt32>, _ constants: UnsafeBufferPointer<UInt32>,
    into state: UnsafeMutableBufferPointer<UInt32>
  ) {
    guard let words = schedule.baseAddress, let constants = constants.baseAddress,
      let state = state.baseAddress
    else { return }
    var (a, b, c, d) = unsafe (state[0], state[1], state[2], state[3])
    var (e, f, g, h) = unsafe (state[4], state[5], state[6], state[7])
    var index = 0
    while index < 64 {
      let mixedE = (e &>> 6 | e &<< 26) ^ (e &>> 11 | e &<< 21) ^ (e &>> 25 | e &<< 7)
      let choice = (e & f) ^ (~e & g)
      let first = unsafe h &+ mixedE &+ choice &+ constants[index] &+ words[index]
      let mixedA = (a &>> 2 | a &<< 30) ^ (a &>> 13 | a &<< 19) ^ (a &>> 22 | a &<< 10)
      let majority = (a & b) ^ (a & c) ^ (b & c)
      h = g
      g = f
      f = e
      e = d &+ first
      d = c
      c = b
      b = a
      a = first &+ mixedA &+ majority
      index &+= 1
    }
    unsafe state[0] &+= a
    unsafe state[1] &+= b
    unsafe state[2] &+= c
    unsafe state[3] &+= d
    unsafe state[4] &+= e
    unsafe state[5] &+= f
    unsafe state[6] &+= g
    unsafe state[7] &+= h
  }

  private static let initialState: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a,
    0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]

  private static let roundConstants: [UInt32] = [
    0x428a_2f98, 0x7137_4491, 0xb5c0_fbcf, 0xe9b5_dba5,
    0x3956_c25b, 0x59f1_11f1, 0x923f_82a4, 0xab1c_5ed5,
    0xd807_aa98, 0x1283_5b01, 0x2431_85be, 0x550c_7dc3,
    0x72be_5d74, 0x80de_b1fe, 0x9bdc_06a7, 0xc19b_f174,
    0xe49b_69c1, 0xefbe_4786, 0x0fc1_9dc6, 0x240c_a1cc,
    0x2de9_2c6f, 0x4a74_84aa, 0x5cb0_a9dc, 0x76f9_88da,
    0x983e_5152, 0xa831_c66d, 0xb003_27c8, 0xbf59_7fc7,
    0xc6e0_0bf3, 0xd5a7_9147, 0x06ca_6351, 0x1429_2967,
    0x27b7_0a85, 0x2e1b_2138, 0x4d2c_6dfc, 0x5338_0d13,
    0x650a_7354, 0x766a_0abb, 0x81c2_c92e, 0x9272_2c85,
    0xa2bf_e8a1, 0xa81a_664b, 0xc24b_8b70, 0xc76c_51a3,
    0xd192_e819, 0xd699_0624, 0xf40e_3585, 0x106a_a070,
    0x19a4_c116, 0x1e37_6c08, 0x2748_774c, 0x34b0_bcb5,
    0x391c_0cb3, 0x4ed8_aa4a, 0x5b9c_ca4f, 0x682e_6ff3,
    0x748f_82ee, 0x78a5_636f, 0x84c8_7814, 0x8cc7_0208,
    0x90be_fffa, 0xa450_6ceb, 0xbef9_a3f7, 0xc671_78f2,
  ]
}
