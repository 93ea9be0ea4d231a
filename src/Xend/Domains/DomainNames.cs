namespace Xend.Domains;

/// <summary>No two domains have the same name or UUID; the sentences for who wants one that is taken are old xend's.</summary>
internal static class DomainNames
{
    public static XendError NameTaken(string name, DomainEntry holder) =>
        new(
            ErrorCode.AlreadyExists,
            $"VM name '{name}' already exists{(holder.Runtime.Id is { } id ? $" as domain {id}" : "")}",
            $"A domain of that name is {holder.State.Describe()}{Foreign(holder)}.",
            "Choose another name."
        );

    public static XendError Taken(DomainEntry wanted, DomainEntry other)
    {
        if (other.Name == wanted.Name && (wanted.State == DomainState.Halted || other is { Managed: true, Runtime.Id: null }))
        {
            return NameTaken(wanted.Name, other);
        }
        var where = other.Runtime.Id is { } id ? $" with ID '{id}'" : "";
        return new XendError(
            ErrorCode.AlreadyExists,
            $"Domain '{wanted.Name}' already exists{where}",
            other.Name == wanted.Name
                ? $"A domain of that name is {other.State.Describe()}{Foreign(other)}."
                : $"Domain {other.Name} has the same UUID {wanted.Uuid}.",
            "Choose another name= (and uuid=), or end that domain first."
        );
    }

    private static string Foreign(DomainEntry holder) =>
        holder is { Foreign: true, State: not DomainState.Creating } ? "; another toolstack created it" : "";
}
