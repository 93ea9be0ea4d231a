namespace Model.Domains;

/// <summary>One register of a CPUID leaf.</summary>
/// <param name="Leaf">1, 0x80000001...</param>
/// <param name="Subleaf">null where the leaf has none.</param>
/// <param name="Register">0 to 3 for eax, ebx, ecx, edx.</param>
/// <param name="Bits">32 characters, highest bit first: 1, 0, x (libxc's choice), k and s (the host's).</param>
public sealed record CpuidBits(uint Leaf, uint? Subleaf, int Register, string Bits);
